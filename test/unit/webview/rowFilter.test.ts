import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseRowFilter } from '../../../webview/format/rowFilter';

describe('what can be typed into the filter box', () => {
  test.each([
    ['', undefined],
    ['   ', undefined],
    ['she', { text: 'she' }],
    ['she her', { text: 'she her' }],
    ['" she"', { text: ' she' }],
    ['token:" she"', { token: ' she' }],
    ['token:she', { token: 'she' }],
    ['token:"a \\"quoted\\" \\n"', { token: 'a "quoted" \n' }],
    ['z>3', { numbers: [{ field: 'z', operator: '>', value: 3 }] }],
    ['Z>3', { numbers: [{ field: 'z', operator: '>', value: 3 }] }],
    ['norm<.5', { numbers: [{ field: 'norm', operator: '<', value: 0.5 }] }],
    ['kurtosis>-1e2', { numbers: [{ field: 'kurtosis', operator: '>', value: -100 }] }],
    ['z<−2', { numbers: [{ field: 'z', operator: '<', value: -2 }] }],
    [
      'she z>3 norm<1 token:" her"',
      {
        text: 'she',
        token: ' her',
        numbers: [
          { field: 'z', operator: '>', value: 3 },
          { field: 'norm', operator: '<', value: 1 },
        ],
      },
    ],
    ['"z>3"', { text: 'z>3' }],
    ['<b>', { text: '<b>' }],
    ['x>3', { text: 'x>3' }],
    ['L5.FF.V[31]', { text: 'L5.FF.V[31]' }],
  ])('%s', (typed, filter) => {
    expect(parseRowFilter(typed)).toEqual({ filter });
  });

  test.each([
    ['z>', 'needs a number'],
    ['norm<one', 'needs a number'],
    ['z>1.2.3', 'needs a number'],
    ['token:" she', 'not closed'],
    ['token:', 'after token:'],
    ['token:""', 'after token:'],
  ])('%s is answered with how to write it', (typed, part) => {
    const parsed = parseRowFilter(typed);
    expect('problem' in parsed ? parsed.problem : '').toContain(part);
  });

  test('any token can be asked for in quotes', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, unit: 'grapheme' }), (token) => {
        const quoted = token.replace(/[\\"]/gu, '\\$&');
        expect(parseRowFilter(`token:"${quoted}"`)).toEqual({ filter: { token } });
      }),
    );
  });

  test('nothing that is typed throws', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (typed) => {
        expect(() => parseRowFilter(typed)).not.toThrow();
      }),
    );
  });
});
