import { describe, expect, it } from 'vitest';
import { roleOfTokenizerFile, TOKENIZER_FILES } from '../../../src/core/tokenizer/files';
import { VOCABULARY_FORMS } from '../../../src/core/tokenizer/forms/registry';

describe('tokenizer files', () => {
  it.each([
    ['tokenizer.json', 'tokenizerJson'],
    ['Tokenizer.JSON', 'tokenizerJson'],
    ['encoder.json', 'vocabJson'],
    ['vocab.txt', 'vocabTxt'],
    ['spiece.model', 'sentencePieceModel'],
    ['tok105.model', 'sentencePieceModel'],
    ['merges.txt', 'mergesTxt'],
    ['tokenizer_config.json', 'tokenizerConfigJson'],
    ['my-tokenizer.json', 'tokenizerJson'],
    ['words.txt', 'vocabTxt'],
    ['model.safetensors', undefined],
    ['constructor', undefined],
  ])('%s', (name, role) => {
    expect(roleOfTokenizerFile(name)).toBe(role);
  });

  it('each vocabulary among them has one form, in the same order', () => {
    const roles = TOKENIZER_FILES.filter(({ vocabulary }) => vocabulary).map(({ role }) => role);
    expect(VOCABULARY_FORMS.map(({ role }) => role)).toEqual(roles);
  });

  it('have names of their own', () => {
    const names = TOKENIZER_FILES.flatMap((file) => file.names);
    expect(new Set(names).size).toBe(names.length);
  });
});
