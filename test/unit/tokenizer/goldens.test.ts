import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { readVocabulary } from '../../../src/core/tokenizer/readVocabulary';
import type { Vocabulary } from '../../../src/core/tokenizer/vocabulary';
import { FAMILIES_FOLDER, SAMPLE_FOLDER } from '../../support/goldens';
import {
  bytesOf,
  foldersOf,
  onlyRole,
  SHARED_FOLDER,
  tokenGoldens,
  TOKENIZERS_FOLDER,
  tokenizerFiles,
  vocabularyRoles,
} from './support/tokenizerFolder';

const FAMILY_FOLDERS = [
  ...foldersOf(FAMILIES_FOLDER),
  ...foldersOf(TOKENIZERS_FOLDER),
  ...foldersOf(path.join(SHARED_FOLDER, 'checkpoints/families')),
].filter((folder) => tokenGoldens(folder).length > 0);

/** Every vocabulary file of a folder by itself, with what adds to it. */
const FORMS = FAMILY_FOLDERS.flatMap((folder) => {
  const files = tokenizerFiles(folder);
  return vocabularyRoles(files).map((role) => ({
    name: `${path.basename(folder)} ${role}`,
    folder,
    vocabulary: () => readVocabulary(onlyRole(files, role)),
  }));
});

function differences(vocabulary: Vocabulary, folder: string): readonly string[] {
  return tokenGoldens(folder).flatMap(({ id, token, also = [], padding }) => {
    const found = vocabulary.token(id);
    const right =
      padding === true ? found === undefined : [token, ...also].includes(found?.text ?? null);
    return right ? [] : [`${String(id)}: ${JSON.stringify(found?.text)}, not ${String(token)}`];
  });
}

describe('goldens of the families', () => {
  it.each(FORMS)('$name', ({ vocabulary, folder }) => {
    const read = vocabulary();
    expect(differences(read, folder)).toEqual([]);
    expect(read.warnings).toEqual([]);
  });
});

/** What a vocabulary says of each id, in a line each. */
function contents(vocabulary: Vocabulary): readonly string[] {
  return Array.from({ length: vocabulary.idLimit }, (_, id) => {
    const token = vocabulary.token(id);
    const bytes = Buffer.from(token?.bytes ?? []).toString('hex');
    return JSON.stringify([token?.text, bytes, token?.byteToken]);
  });
}

describe('forms of one tokenizer', () => {
  const both = FAMILY_FOLDERS.filter(
    (folder) => vocabularyRoles(tokenizerFiles(folder)).length > 1,
  );

  it.each(both.map((folder) => [path.basename(folder), folder]))(
    'say the same: %s',
    (_, folder) => {
      const files = tokenizerFiles(folder);
      const [first, ...others] = vocabularyRoles(files).map((role) =>
        contents(readVocabulary(onlyRole(files, role))),
      );
      others.forEach((other) => {
        expect(other).toEqual(first);
      });
    },
  );
});

describe('the sample model', () => {
  it('has 8,192 byte-level tokens, each found by its text', () => {
    const vocabulary = readVocabulary(tokenizerFiles(SAMPLE_FOLDER));
    expect(vocabulary).toMatchObject({ kind: 'byte-level-bpe', size: 8192, idLimit: 8192 });
    for (let id = 0; id < vocabulary.idLimit; id += 1) {
      const text = vocabulary.token(id)?.text ?? null;
      expect(text === null || vocabulary.idsOf(text).includes(id)).toBe(true);
    }
  });
});

const GPT2 = path.join(SHARED_FOLDER, 'tokenizers/gpt2');
const BERT = path.join(SHARED_FOLDER, 'tokenizers/bert-base-uncased');

describe.skipIf(bytesOf(GPT2, 'tokenizer.json') === undefined)('whole tokenizers in use', () => {
  it('gpt2 has the same 50,257 tokens in both forms', () => {
    const files = tokenizerFiles(GPT2);
    const whole = readVocabulary(onlyRole(files, 'tokenizerJson'));
    const bare = readVocabulary(onlyRole(files, 'vocabJson'));
    expect(whole).toMatchObject({ kind: 'byte-level-bpe', size: 50257, warnings: [] });
    expect(contents(bare)).toEqual(contents(whole));
    expect(whole.token(50256)).toMatchObject({ text: '<|endoftext|>', special: true });
    expect(bare.token(50256)?.special).toBe(true);
    expect(whole.token(262)?.text).toBe(' the');
    expect(whole.idsOf(' the')).toEqual([262]);
  });

  it('bert-base-uncased has the same 30,522 tokens in both forms', () => {
    const files = tokenizerFiles(BERT);
    const whole = readVocabulary(onlyRole(files, 'tokenizerJson'));
    const lines = readVocabulary(onlyRole(files, 'vocabTxt'));
    expect(whole).toMatchObject({ kind: 'wordpiece', size: 30522, warnings: [] });
    expect(contents(lines)).toEqual(contents(whole));
    expect(lines.token(2075)).toMatchObject({ text: '##ing', continuation: true, special: false });
    expect(whole.token(101)).toMatchObject({ text: '[CLS]', special: true, continuation: false });
    expect(lines.token(101)?.special).toBe(true);
  });
});

const SMALL = path.join(SHARED_FOLDER, 'checkpoints/babyllama-tok105');

describe.skipIf(bytesOf(SMALL, 'tok105.model') === undefined)('a model of 105 pieces', () => {
  it('holds the pieces that its trainer listed', () => {
    const sentencePieceModel = bytesOf(SMALL, 'tok105.model') ?? new Uint8Array();
    const vocabulary = readVocabulary({ sentencePieceModel });
    const listed = new TextDecoder().decode(bytesOf(SMALL, 'tok105.vocab')).trimEnd().split('\n');
    const pieces = listed.map((line) => line.slice(0, line.lastIndexOf('\t')).replace('▁', ' '));
    expect(pieces.map((_, id) => vocabulary.token(id)?.text)).toEqual(pieces);
    expect(vocabulary).toMatchObject({ kind: 'sentencepiece-bpe', size: 105 });
  });
});
