import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  accessibleName,
  displaySegments,
  displayText,
  MAX_SHOWN_GRAPHEMES,
  type DisplayToken,
} from '../../../src/core/tokenizer/display';

function token(text: string | null, rest: Omit<Partial<DisplayToken>, 'text'> = {}): DisplayToken {
  return { id: 1234, text, ...rest };
}

describe('a token in one line', () => {
  it.each<[string, DisplayToken, string]>([
    ['a word', token('she'), 'she'],
    ['a leading space', token(' she'), '␣she'],
    ['spaces inside and behind', token('a b '), 'a␣b␣'],
    ['a run of spaces', token(' '.repeat(8)), '␣×8'],
    ['runs of several kinds', token('\n\n  \t\t\tx'), '↵×2␣×2⇥×3x'],
    ['line ends', token('\r\n'), '␍↵'],
    ['a long run is one mark', token(`${' '.repeat(120)}x`), '␣×120x'],
    ['a literal times sign', token('2×3'), '2×3'],
    ['a times sign behind a mark', token(' ×8'), '␣[U+00D7]8'],
    ['literal mark glyphs', token('␣↵a'), '[U+2423][U+21B5]a'],
    ['a continuation', token('##ing', { continuation: true }), '##ing'],
    ['hashes that are text', token('##ing'), '##ing'],
    ['zero-width space', token('a\u200bb'), 'a[U+200B]b'],
    ['byte order mark', token('\ufeff'), '[U+FEFF]'],
    ['no-break space', token('\u00a0x'), '[U+00A0]x'],
    ['bidirectional override', token('\u202eabc'), '[U+202E]abc'],
    ['escape', token('\u001b[31m'), '[U+001B][31m'],
    ['NUL', token('\0'), '[U+0000]'],
    ['Hangul filler', token('\u3164'), '[U+3164]'],
    ['lone surrogate', token('\ud83d'), '[U+D83D]'],
    ['private use', token('\ue000'), '[U+E000]'],
    ['accents without a letter', token('\u0301'), '[U+0301]'],
    ['accents behind a space', token(' \u0301'), '␣[U+0301]'],
    ['accents on a letter', token('e\u0301\u0301'), 'e\u0301\u0301'],
    ['emoji of several parts', token('👩🏽‍🚀❤️'), '👩🏽‍🚀❤️'],
    ['a joiner that joins nothing', token('👩\u200d'), '👩[U+200D]'],
    ['a selector that selects nothing', token('\ufe0f'), '[U+FE0F]'],
    ['bytes', token(null, { hex: 'e280' }), '[E2 80]'],
    ['many bytes', token(null, { hex: 'ff'.repeat(30) }), `[${'FF '.repeat(24).trim()}]…`],
    ['nothing', token(''), '∅'],
    ['the sign for nothing', token('∅'), '[U+2205]'],
    ['no tokenizer', token(null), '#1234'],
    ['padding', token(null, { padding: true }), 'padding 1234'],
    ['24 graphemes', token('é'.repeat(24)), 'é'.repeat(24)],
    ['25 graphemes', token('é'.repeat(25)), `${'é'.repeat(24)}…`],
    ['24 emoji', token('👩🏽‍🚀'.repeat(25)), `${'👩🏽‍🚀'.repeat(24)}…`],
  ])('%s', (_, given, shown) => {
    expect(displayText(given)).toBe(shown);
  });

  it('looks at the beginning of a huge token alone', () => {
    for (const text of ['x', ' ', '\u0301', 'e\u0301', '😀', '\u200b'].map((part) =>
      part.repeat(2 ** 20),
    )) {
      const shown = displayText(token(text));
      expect(shown.endsWith('…')).toBe(true);
      expect(shown.length).toBeLessThan(300);
    }
    expect(displayText(token(`e${'\u0301'.repeat(2 ** 20)}`)).length).toBeLessThan(40);
  });
});

describe('segments', () => {
  it('say what is the text and what stands for it', () => {
    expect(displaySegments(token('  she\u200b'))).toEqual([
      { text: '␣×2', kind: 'marker', mark: 'space', count: 2 },
      { text: 'she', kind: 'plain' },
      { text: 'U+200B', kind: 'boxed' },
    ]);
    expect(displaySegments(token('##ing', { continuation: true }))).toEqual([
      { text: '##', kind: 'dim', mark: 'continuation' },
      { text: 'ing', kind: 'plain' },
    ]);
  });

  const CHARACTERS: Readonly<Record<string, string>> = {
    space: ' ',
    newline: '\n',
    return: '\r',
    tab: '\t',
    continuation: '##',
    empty: '',
    cut: '…',
  };

  it('can be turned back into the text', () => {
    const texts = fc.string({
      unit: fc.constantFrom(...Array.from(' \n\r\t×␣↵∅8a#é\u200b\u0301'), '👩‍🚀', '\u202e'),
    });
    fc.assert(
      fc.property(texts, (text) => {
        const segments = displaySegments(token(text));
        fc.pre(!segments.some(({ mark }) => mark === 'cut'));
        const back = segments.map(({ text: shown, kind, mark, count = 1 }) => {
          if (mark !== undefined) {
            return (CHARACTERS[mark] ?? '').repeat(count);
          }
          return kind === 'boxed'
            ? String.fromCodePoint(Number.parseInt(shown.slice(2), 16))
            : shown;
        });
        expect(back.join('')).toBe(text);
      }),
    );
  });

  it('hold no character that is not seen, and no more than 24 graphemes', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(0x10ffff), { maxLength: 200 }), (points) => {
        const segments = displaySegments(token(String.fromCodePoint(...points)));
        expect(segments.map(({ text: shown }) => shown).join('')).not.toMatch(
          /[\p{Cc}\p{Bidi_Control}\p{Z}]/u,
        );
        expect(segments.length).toBeLessThanOrEqual(MAX_SHOWN_GRAPHEMES + 1);
      }),
      { numRuns: 500 },
    );
  });
});

describe('accessible names', () => {
  it.each<[DisplayToken, string]>([
    [token(' she'), 'space she'],
    [token('she'), 'she'],
    [token('        '), '8 spaces'],
    [token('\n\n'), '2 new lines'],
    [token('##ing', { continuation: true }), 'continued ing'],
    [token(null, { hex: 'e280' }), 'E2 80'],
    [token(''), 'empty'],
    [token(null, { padding: true }), 'padding 1234'],
    [token('x'.repeat(30)), `${'x'.repeat(24)} and more`],
  ])('%o', (given, name) => {
    expect(accessibleName(given)).toBe(name);
  });
});
