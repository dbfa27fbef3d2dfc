import { describe, expect, test } from 'vitest';
import type { TokenView } from '../../../src/protocol/reading';
import { askFor, offerTokens, parseFind } from '../../../webview/format/findQuery';

describe('what is typed into the box', () => {
  test.each([
    ['', null, null],
    ['  ', null, null],
    ['she', 'she', { by: 'text', text: 'she', exact: false }],
    [' she', 'she', { by: 'text', text: ' she', exact: false }],
    ['"she"', null, { by: 'text', text: 'she', exact: true }],
    ['" she', null, { by: 'text', text: ' she', exact: true }],
    ['""" ', null, { by: 'text', text: '"', exact: true }],
    ['"', null, null],
    [' #537 ', null, { by: 'id', id: 537 }],
    ['#hash', '#hash', { by: 'text', text: '#hash', exact: false }],
  ])('%j', (typed, component, token) => {
    expect(parseFind(typed)).toEqual({ component, token });
  });
});

describe('what is offered for a word', () => {
  const low: TokenView = { id: 4420, text: 'she' };
  const spaced: TokenView = { id: 537, text: ' she' };
  const capital: TokenView = { id: 1119, text: ' She' };
  const other: TokenView = { id: 339, text: ' he' };
  const nearest = [spaced, low, capital, other];

  test('its spellings, and nothing else where there are some', () => {
    const offer = offerTokens('she', false, { exact: [low], pieces: [], nearest });
    expect(offer).toEqual({ spellings: [spaced, low, capital], pieces: [], nearest: [] });
  });

  test('a space that is typed is meant', () => {
    const { spellings } = offerTokens(' She', false, { exact: [capital], pieces: [], nearest });
    expect(spellings).toEqual([capital, spaced, low]);
  });

  test('in quotes that spelling alone', () => {
    const { spellings } = offerTokens('she', true, { exact: [low], pieces: [], nearest });
    expect(spellings).toEqual([low]);
  });

  test('pieces of a word, not WordPiece marks: `##ing` is `ing`', () => {
    const ing: TokenView = { id: 7, text: '##ing', continuation: true };
    const offer = offerTokens('Ing', false, { exact: [], pieces: [], nearest: [ing] });
    expect(offer.spellings).toEqual([ing]);
  });

  test('pieces and neighbours of what is no token, each once', () => {
    const pieces = [
      { text: 'she', token: low },
      { text: '€', token: null },
      { text: 'she', token: low },
    ];
    const offer = offerTokens('she€she', false, { exact: [], pieces, nearest: [low, other] });
    expect(offer).toEqual({ spellings: [], pieces: [low], nearest: [other] });
  });
});

test('a token is asked for by its text where that names it', () => {
  expect(askFor({ id: 537, text: ' she' })).toBe(' she');
  expect(askFor({ id: 3, text: 'a' })).toBe('#3');
  expect(askFor({ id: 4, text: '#12' })).toBe('#4');
  expect(askFor({ id: 5, text: null, hex: 'e2' })).toBe('#5');
});
