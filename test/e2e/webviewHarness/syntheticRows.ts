/** Rows of the synthetic model: words of every kind, numbers by chance, the same each time. */
import type { RowReading, ScoredToken, TableRow, TokenView } from '../../../src/protocol/reading';
import { chance } from './chance';

const PER_SIDE = 10;

const WORDS: readonly (Omit<TokenView, 'id'> & { text: string | null })[] = [
  { text: ' she' },
  { text: ' her' },
  { text: 'ing' },
  { text: '\n' },
  { text: '        ' },
  { text: '\u200b' },
  { text: null, hex: 'e280' },
  { text: '<|endoftext|>', special: true },
  { text: null, padding: true },
  { text: ' SolidGoldMagikarp', undertrained: true },
  { text: '中文' },
  { text: '\u202eabc' },
  { text: ' extraordinarily-long-token-without-end' },
  { text: '' },
];

export const OMITTED = { undertrained: 227, special: 1, padding: 8, filter: 0 };

/** Tokens of a side of a row, best first. */
export function tokens(component: string, sign: 1 | -1, count: number): ScoredToken[] {
  const strongest = 1 + 4 * chance(`${component} strength ${sign}`);
  return Array.from({ length: count }, (_, rank) => {
    // Some tokens stand in the lists of many rows.
    const pool = rank % 5 === 4 ? 40 : 50_000;
    const id = Math.floor(chance(`${component} ${sign} ${rank}`) * pool);
    const word = WORDS[id % WORDS.length] ?? { text: ' word' };
    return { id, ...word, score: sign * strongest * (1 - rank / (2 * count)) };
  });
}

/** A row as tables list it. */
export function tableRow(component: string, statistics: boolean): TableRow {
  const z = 40 * chance(`${component} z`) ** 6;
  const numbers = {
    mean: 0.01,
    std: 1,
    skewness: chance(component) - 0.5,
    kurtosis: z,
    kurtosisCentered: z,
    z,
    speaks: chance(component) < 0.5 ? ('bottom' as const) : ('top' as const),
  };
  const none = {
    mean: null,
    std: null,
    skewness: null,
    kurtosis: null,
    kurtosisCentered: null,
    z: null,
    speaks: null,
  };
  return {
    component,
    norm: 1 + chance(`${component} norm`),
    nonFinite: 0,
    ...(statistics ? numbers : none),
    top: tokens(component, 1, PER_SIDE),
    bottom: tokens(component, -1, PER_SIDE),
  };
}

/** A row with lists of `k` tokens. */
export function reading(component: string, k: number, statistics: boolean): RowReading {
  return {
    ...tableRow(component, statistics),
    space: 'output',
    omitted: OMITTED,
    top: tokens(component, 1, k),
    bottom: tokens(component, -1, k),
  };
}

/** A row, judged. */
export function read(component: string, k: number): RowReading {
  return reading(component, k, true);
}
