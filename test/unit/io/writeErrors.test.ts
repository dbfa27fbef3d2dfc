import { expect, test } from 'vitest';
import { VocabScopeError } from '../../../src/core/errors';
import { explainWriteError } from '../../../src/io/fileErrors';

const FILE = '/mnt/stick/keys.csv';

/** What Node throws where the system refuses. */
function refusal(code: string): Error {
  return Object.assign(new Error(`${code}: refused`), { code });
}

// Disks that refuse so cannot be made by a test without the rights to mount them.
test.each([
  ['EROFS', /keys\.csv cannot be written: its disk is read-only\. Choose another place\./u],
  ['EDQUOT', /no space left for .*keys\.csv\. Nothing of it was kept/u],
  ['EACCES', /No permission to write .*keys\.csv\. Choose another place/u],
  ['EIO', /keys\.csv cannot be written: EIO.* Check the disk/u],
])('%s is said in a sentence that names the file and what to do', (code, sentence) => {
  const error = explainWriteError(refusal(code), FILE);
  expect(error.reason).toBe('unwritable');
  expect(error.message).toMatch(sentence);
});

test('what is said already stays as it is', () => {
  const said = new VocabScopeError('limit', 'Ask for less.');
  expect(explainWriteError(said, FILE)).toBe(said);
});
