import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { vocabscope } from './support';

/** A larger collection of broken files that some checkouts have beside the project; our own are in the unit tests. */
const HOSTILE = path.resolve(import.meta.dirname, '../../../shared/checkpoints/hostile');
const COVERED = ['safetensors/', 'index/', 'config/', 'tokenizer/', 'other/'];

interface Expectation {
  readonly must: 'refuse' | 'open';
  readonly why: string;
  readonly message_should_mention: readonly string[];
  readonly also_ok?: string;
}

function readExpectations(): [string, Expectation][] {
  const file = path.join(HOSTILE, 'expect.json');
  if (!existsSync(file)) {
    return [];
  }
  const all = JSON.parse(readFileSync(file, 'utf8')) as Record<string, Expectation>;
  return Object.entries(all).filter(([name]) => COVERED.some((folder) => name.startsWith(folder)));
}

const expectations = readExpectations();

describe.skipIf(expectations.length === 0)('broken and malicious files', () => {
  it.each(expectations)(
    '%s',
    async (name, { must, message_should_mention: mentions, also_ok: alsoOk }) => {
      const answer = await vocabscope('info', path.join(HOSTILE, name), '--json', '--no-cache');
      const outcome = answer.code === 0 ? 'open' : 'refuse';
      expect([must, alsoOk]).toContain(outcome);
      if (outcome === 'open') {
        expect(
          (JSON.parse(answer.stdout) as { tensors: unknown[] }).tensors.length,
        ).toBeGreaterThan(0);
      } else {
        expect(answer.code).toBe(1);
        expect(answer.stderr).not.toMatch(/\n\s+at /u);
        const sentence = answer.stderr.toLowerCase();
        for (const mention of mentions) {
          expect(
            mention
              .toLowerCase()
              .split('|')
              .some((word) => sentence.includes(word)),
            answer.stderr,
          ).toBe(true);
        }
      }
    },
  );
});
