/** What tables about one row say of another: its correlation, and its words in short. */
import type { RowMatch } from '../alignment';
import type { RowReading } from '../reading';
import { code } from './markdown';
import { column, type Column } from './table';
import { quotedToken, quotedTokens, spokenWords } from './words';

/** Tokens of a row in Markdown, where it stands beside another. */
const BRIEF_WORDS = 5;

/** A row or head of the other model; null where there is none. */
export const MATCH: readonly Column<RowMatch | null>[] = [
  column('component', 'string', (match) => match?.component ?? null),
  column('rho', 'number', (match) => match?.rho ?? null),
];

/** What a row says; null where there is none. */
export const WORDS: readonly Column<RowReading | null>[] = [
  column('z', 'number', (reading) => reading?.z ?? null),
  column('speaks', 'string', (reading) => reading?.speaks ?? null),
  column('top', 'string', (reading) => (reading === null ? null : quotedTokens(reading.top))),
  column('bottom', 'string', (reading) => (reading === null ? null : quotedTokens(reading.bottom))),
];

/** Tokens as code spans of Markdown. */
export function codeTokens(tokens: RowReading['top']): string {
  return tokens.map((token) => code(quotedToken(token))).join(' ');
}

/** The first tokens that a row speaks for, as Markdown; `–` where there is no row. */
export function briefTokens(reading: RowReading | null): string {
  return reading === null
    ? '–'
    : spokenWords(reading, BRIEF_WORDS, (token) => code(quotedToken(token)));
}
