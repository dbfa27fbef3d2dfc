import { beforeAll, describe, expect, test } from 'vitest';
import { fittingTokens } from '../../../webview/format/chipFit';
import { documentOf } from '../../../src/protocol/written/document';
import { searchDocument } from '../../../src/protocol/written/search';
import { rowAsIds, rowsAsText } from '../../../webview/format/export';
import { identityParts } from '../../../webview/format/identity';
import { setNumberLocale } from '../../../webview/format/numbers';
import { changedOptions, describeOptions } from '../../../webview/format/options';
import { readingSentence, sideTitle } from '../../../webview/format/sentence';
import { spokenScoredToken, spokenToken } from '../../../webview/format/tokens';
import { setStrings, t } from '../../../webview/l10n';
import { OPTIONS, READING, SUMMARY } from '../../support/summary';

beforeAll(() => {
  setNumberLocale('en');
});

describe('tokens are said aloud', () => {
  test.each([
    [{ id: 1, text: ' she' }, 'space she'],
    [{ id: 1, text: '        x' }, '8 spaces x'],
    [{ id: 1, text: '\n\n' }, '2 newlines'],
    [{ id: 1, text: '##ing', continuation: true as const }, 'continuing ing'],
    [{ id: 1, text: '\u200b' }, 'U+200B'],
    [{ id: 1, text: '' }, 'empty token'],
    [{ id: 1, text: null, hex: 'e280' }, 'bytes E2 80'],
    [{ id: 8190, text: null, padding: true as const }, 'padding row 8190'],
    [{ id: 1234, text: null }, 'token number 1234'],
    [{ id: 0, text: '<|endoftext|>', special: true as const }, 'special token <|endoftext|>'],
  ])('%j', (token, spoken) => {
    expect(spokenToken(token)).toBe(spoken);
  });

  test('with their scores', () => {
    expect(spokenScoredToken({ id: 5, text: ' she', score: -4.21 })).toBe('space she, score −4.21');
  });
});

test('as many chips as fit beside the count of the others', () => {
  const tokens = [
    { id: 0, text: 'abcd' },
    { id: 1, text: '中文' },
    { id: 2, text: '\u200b' },
  ];
  expect(fittingTokens(tokens, 0)).toBe(1);
  expect(fittingTokens(tokens, 4 + 6)).toBe(1);
  expect(fittingTokens(tokens, 4 + 6 + 6)).toBe(2);
  expect(fittingTokens(tokens, 100)).toBe(3);
});

describe('what a row says', () => {
  test('values promote and suppress, keys respond and oppose, embeddings lie towards', () => {
    const verb = (component: string, speaks: 'top' | 'bottom'): string =>
      readingSentence({ ...READING, component, speaks }).verb;
    expect(verb('L1.FF.V[31]', 'top')).toBe('promotes');
    expect(verb('L1.H0.O[3]', 'bottom')).toBe('suppresses');
    expect(verb('L1.FF.K[31]', 'top')).toBe('responds to');
    expect(verb('L1.H0.Q[3]', 'bottom')).toBe('opposes');
    expect(verb('E[5]', 'top')).toBe('lies towards');
  });

  test('the side that it speaks for comes first', () => {
    const { side, tokens, caveat } = readingSentence(READING);
    expect(side).toBe('bottom');
    expect(tokens.map(({ id }) => id)).toEqual([7, 8, 9]);
    expect(caveat).toBeNull();
    expect(readingSentence({ ...READING, bottom: [] }).side).toBe('top');
    expect(sideTitle('FF.V', 'bottom')).toEqual({ name: 'Bottom', verb: 'suppresses' });
  });

  test('a row like a random direction says so; one that is not judged does not', () => {
    expect(readingSentence({ ...READING, z: 2.9 }).caveat).toContain('random');
    expect(readingSentence({ ...READING, z: null }).caveat).toBeNull();
  });
});

describe('copies', () => {
  const context = { summary: SUMMARY, options: OPTIONS };

  test('Markdown has a header and tables that tokens cannot break', () => {
    const text = documentOf('md', [READING], context);
    expect(text).toMatch(/^# Readings of `tiny`\n/u);
    expect(text).toContain('tokenizer /elsewhere/tokenizer.json');
    expect(text).toContain('space auto, fold none, rank dot');
    expect(text).toContain('filters exclude_undertrained');
    expect(text).toContain('## `L1.FF.V[31]`');
    expect(text).toContain('z 41.2, kurtosis 33.0, norm 2.41, output space, speaks for its bottom');
    expect(text).toContain('left out of the lists: 227 under-trained');
    expect(text).toContain('| `" she"` | 4.2100 | `"\\n"` | -4.5000 |');
    expect(text).toContain('| ``"a\\|`b"`` | 4.0500 | `[E2 80]` | -4.4000 |');
    expect(text).toContain('|  |  | `padding 9` | -4.3000 |');
  });

  test('JSON is what the command line prints', () => {
    const document = JSON.parse(documentOf('json', [READING], context)) as Record<string, unknown>;
    expect(document).toMatchObject({
      schema: 'vocabscope/1',
      model: { name: 'tiny', tokenizer: '/elsewhere/tokenizer.json' },
      options: { fold: 'none', filters: { exclude_undertrained: true } },
    });
    const [row] = document['rows'] as Record<string, unknown>[];
    expect(row).toMatchObject({ component: 'L1.FF.V[31]', kurtosis_centered: 33, z: 41.2 });
    expect(row?.['top']).toEqual([
      { id: 5, token: ' she', score: 4.21 },
      { id: 6, token: 'a|`b', score: 4.05 },
    ]);
    expect(row).not.toHaveProperty('kurtosisCentered');
  });

  test('CSV is what an export writes', () => {
    const [columns, first] = documentOf('csv', [READING, READING], context).split('\r\n');
    expect(columns).toMatch(/^component,layer,head,kind,row,list,place,id,token,/u);
    expect(first).toMatch(/^L1\.FF\.V\[31\],1,,FF\.V,31,top,0,5," she",,4\.21,/u);
  });

  test('what a search found says what was searched and how', () => {
    const [token] = READING.top;
    if (token === undefined) throw new TypeError('The reading has a top.');
    const { top, bottom, speaks } = READING;
    const row = {
      component: 'L1.FF.V[31]',
      space: 'output',
      score: 4.21,
      z: 41.2,
      rank: 0,
    } as const;
    const found = { token, sameText: [], start: 0, total: 512 };
    const rows = [
      { ...row, words: { top, bottom, speaks } },
      { ...row, rank: null },
    ];
    const source = { ...context, kinds: ['FF.V'], sort: 'z', reversed: true } as const;
    const [columns, first] = searchDocument('csv', { ...found, rows }, source).split('\r\n');
    const cell = (name: string): string | undefined =>
      first?.split(',')[columns?.split(',').indexOf(name) ?? -1];
    expect(first).toMatch(/^5," she",,L1\.FF\.V\[31\],1,,FF\.V,31,output,4\.21,4\.21,0,41\.2,/u);
    expect([cell('option_sort'), cell('option_reversed')]).toEqual(['z', 'true']);
    expect(columns).not.toContain('option_top');
    const text = searchDocument('md', { ...found, rows }, source);
    expect(text).toContain('# Rows of `tiny` for `" she"` (#5)');
    expect(text).toContain('kinds FF.V, sort z, reversed true');
    expect(text).toContain('- 2 of 512 rows; ranks count from 0');
    expect(text).toContain('| `L1.FF.V[31]` | output | 4.2100 | 0 | 41.2 | `"\\n"` `[E2 80]`');
    expect(text).toContain('| `L1.FF.V[31]` | output | 4.2100 | – | 41.2 |  |');
  });

  test('ids and rows of tables carry the header too', () => {
    expect(rowAsIds(READING, context)).toMatch(
      /^# L1\.FF\.V\[31\]; tiny; .*\ntop: 5 6\nbottom: 7 8 9\n$/u,
    );
    const [header, columns, row] = rowsAsText([READING], context).split('\n');
    expect(header).toMatch(/^# tiny; space auto/u);
    expect(columns?.split('\t')).toHaveLength(6);
    expect(row?.split('\t').slice(0, 5)).toEqual([
      'L1.FF.V[31]',
      '41.2',
      '33',
      '2.41',
      '" she" "a|`b"',
    ]);
  });
});

describe('options', () => {
  test('what differs from the defaults is known by its control', () => {
    const { filters } = OPTIONS;
    expect([...changedOptions(OPTIONS, OPTIONS)]).toEqual([]);
    const changed = changedOptions(
      {
        ...OPTIONS,
        fold: 'norms',
        k: 5,
        filters: { ...filters, excludeUndertrained: false, list: ['she'] },
      },
      OPTIONS,
    );
    expect([...changed].sort()).toEqual(['filters', 'fold', 'hidden', 'k']);
  });

  test('every one is named where it is on', () => {
    const filters = {
      ascii: true,
      alphanumeric: true,
      wordStart: true,
      excludeSpecial: true,
      excludeUndertrained: false,
    };
    const text = describeOptions({
      ...OPTIONS,
      withoutCommon: true,
      filters: { ...filters, list: ['a', 'b'] },
    });
    expect(text).toBe(
      'space auto, fold none, rank dot, k 20, without common directions, ASCII only, letters and digits only, word starts only, only 2 listed words, special tokens hidden',
    );
  });
});

test('a model in one line', () => {
  expect(identityParts(SUMMARY).join(', ')).toBe(
    'llama, 2 layers × 4 heads (2 for keys and values), d 32, V 100, not tied, 1.23M parameters, safetensors',
  );
  expect(identityParts({ ...SUMMARY, shape: null, architecture: null })[0]).toBe(
    'unknown architecture',
  );
});

test('strings are translated by their English text, arguments put in place', () => {
  setStrings({ '{0} of {1} rows': '{1} Zeilen, davon {0}', constructor: 'x' });
  expect(t('{0} of {1} rows', 3, 7)).toBe('7 Zeilen, davon 3');
  expect(t('toString')).toBe('toString');
  setStrings({});
  expect(t('{0} of {1} rows', '{1}', 7)).toBe('{1} of 7 rows');
});
