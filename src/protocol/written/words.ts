/** What stands around readings in documents for people, in the words of the command line. */
import { displayText } from '../../core/tokenizer/display';
import type { PairReading } from '../pairs';
import type { Omitted, RowReading, TokenView } from '../reading';
import { count, decimal } from './numbers';
import type { ReadingSource } from './readings';
import { constantsOf, type Constant, type ReadingKind } from './table';

/** What a kind of readings is called. */
export const KIND_NAMES: Readonly<Record<ReadingKind, string>> = {
  rows: 'Rows',
  directions: 'Singular directions',
  heads: 'Heads',
};

const REASONS: Readonly<Record<keyof Omitted, string>> = {
  undertrained: 'under-trained',
  special: 'special',
  padding: 'padding',
  filter: 'by filters',
};

/** Tokens that were left out of lists, by reason: `227 under-trained, 3 special`; empty where none was. */
export function omittedWords(omitted: Omitted): string {
  return (Object.keys(REASONS) as (keyof Omitted)[])
    .filter((reason) => omitted[reason] > 0)
    .map((reason) => `${count(omitted[reason])} ${REASONS[reason]}`)
    .join(', ');
}

/** `left out of the lists: 227 under-trained`, where anything was. */
function leftOut(what: string, omitted: Omitted): readonly string[] {
  const words = omittedWords(omitted);
  return words === '' ? [] : [`left out of ${what}: ${words}`];
}

/** Numbers of a row, and what its lists leave out. */
export function factsOfRow(row: RowReading): readonly string[] {
  return [
    `z ${decimal(row.z, 1)}`,
    `kurtosis ${decimal(row.kurtosisCentered, 1)}`,
    `norm ${decimal(row.norm, 2)}`,
    `${row.space} space`,
    ...(row.speaks === null ? [] : [`speaks for its ${row.speaks}`]),
    ...(row.nonFinite === 0 ? [] : [`${count(row.nonFinite)} scores are not finite`]),
    ...(row.sharedBy === undefined ? [] : [`the same row as ${row.sharedBy.join(' and ')}`]),
    ...leftOut('the lists', row.omitted),
  ];
}

/** Numbers of a head, and what its pairs leave out. */
export function factsOfHead({
  statistics,
  exact,
  visited,
  omitted,
  count: beyond,
}: PairReading): readonly string[] {
  const copying = statistics?.copying ?? null;
  const percent = (share: number | null): string =>
    share === null ? '–' : `${(100 * share).toFixed(1)} %`;
  return [
    ...(statistics === null ? [] : [`z ${decimal(statistics.z, 1)}`]),
    ...(copying === null
      ? []
      : [`copies ${percent(copying.share)} (shuffled ${percent(copying.control)})`]),
    ...(typeof beyond === 'number' ? [`${count(beyond)} pairs beyond the threshold`] : []),
    exact ? 'exact' : 'not proven exact',
    `${percent(visited)} of all pairs multiplied`,
    ...leftOut('the rows', omitted.rows),
    ...leftOut('the columns', omitted.columns),
    ...(omitted.pairs === 0
      ? []
      : [`${count(omitted.pairs)} pairs of tokens that are alike left out`]),
  ];
}

/** What JSON leaves as it is, and nobody would see. */
const UNSEEN = /[\p{C}\p{Zl}\p{Zp}]/gu;

function escaped(text: string): string {
  return Array.from(
    { length: text.length },
    (_, index) => `\\u${text.charCodeAt(index).toString(16).padStart(4, '0')}`,
  ).join('');
}

/**
 * A token's text in quotes, as JSON in which everything can be seen; bytes and tokens without a text as they are shown.
 */
export function quotedToken(token: TokenView): string {
  return token.text === null
    ? displayText(token)
    : JSON.stringify(token.text).replace(UNSEEN, escaped);
}

/** Tokens in quotes, side by side. */
export function quotedTokens(tokens: readonly TokenView[]): string {
  return tokens.map(quotedToken).join(' ');
}

/** The first tokens of the side that a row speaks for, joined by spaces; − before those of its bottom. */
export function spokenWords(
  { speaks, top, bottom }: Pick<RowReading, 'speaks' | 'top' | 'bottom'>,
  most: number,
  say: (token: TokenView) => string,
): string {
  const isBottom = speaks === 'bottom';
  const tokens = (isBottom ? bottom : top).slice(0, most).map(say);
  return `${isBottom ? '− ' : ''}${tokens.join(' ')}`;
}

/** A line about the source of a document, under a title. */
export interface SourceLine {
  readonly title: string;
  readonly text: string;
}

/** Model or options in one line; what is not there is left out. */
export function inWords(constants: readonly Constant[]): string {
  return constants
    .filter(({ value }) => value !== null && value !== '')
    .map(({ name, value }) => `${name.replace(/^option_/u, '')} ${String(value)}`)
    .join(', ');
}

/** Model and options, for the head of a document about these kinds of readings. */
export function sourceLines(
  source: ReadingSource,
  kinds: readonly ReadingKind[],
): readonly SourceLine[] {
  const isOption = ({ name }: Constant): boolean => name.startsWith('option_');
  const model = constantsOf(source, 'rows').filter((constant) => !isOption(constant));
  return [
    { title: 'Model', text: inWords(model) },
    ...kinds.map((kind) => ({
      title: `${KIND_NAMES[kind]} read with`,
      text: inWords(constantsOf(source, kind).filter(isOption)),
    })),
  ];
}
