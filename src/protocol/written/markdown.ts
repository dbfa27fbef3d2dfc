/** Readings as Markdown (GitHub's tables), for notes: in exports and copies alike. */
import type { DirectionReading, PairReading, PairView } from '../pairs';
import type { RowReading, ScoredToken, TokenView } from '../reading';
import { headNotes } from './json';
import { counted, decimal } from './numbers';
import { isDirection, isHead, type Reading, type ReadingSource } from './readings';
import { kindOf, type ReadingKind } from './table';
import { factsOfHead, factsOfRow, quotedToken, sourceLines } from './words';

const SCORE_DIGITS = 4;

/** A code span that may stand in a table: its fence is longer than any run of backticks in it. */
export function code(text: string): string {
  const runs = text.match(/`+/gu) ?? [];
  const fence = '`'.repeat(1 + Math.max(0, ...runs.map((run) => run.length)));
  const inner = text.startsWith('`') || text.endsWith('`') ? ` ${text} ` : text;
  return `${fence}${inner.replaceAll('|', '\\|')}${fence}`;
}

/** A line of a table. */
export function tableLine(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}

function tokenCell(token: TokenView | undefined): string {
  return token === undefined ? '' : code(quotedToken(token));
}

function scoreCell(place: { readonly score: number } | undefined): string {
  return place === undefined ? '' : decimal(place.score, SCORE_DIGITS);
}

function sideBySide(top: readonly ScoredToken[], bottom: readonly ScoredToken[]): string[] {
  const places = Array.from({ length: Math.max(top.length, bottom.length) }, (_, at) => {
    const [above, below] = [top[at], bottom[at]];
    return [tokenCell(above), scoreCell(above), tokenCell(below), scoreCell(below)];
  });
  return [
    tableLine(['Top', 'Score', 'Bottom', 'Score']),
    '|:--|--:|:--|--:|',
    ...places.map(tableLine),
    '',
  ];
}

function rowBody(row: RowReading): string[] {
  return [
    `${factsOfRow(row).join(', ')}.`,
    '',
    ...(row.note === undefined ? [] : [row.note, '']),
    ...sideBySide(row.top, row.bottom),
  ];
}

function directionBody({ sigma, degenerate, left, right }: DirectionReading): string[] {
  const note = degenerate ? ', as large as a neighbour: one choice of many' : '';
  return [
    `sigma ${decimal(sigma, SCORE_DIGITS)}${note}.`,
    '',
    ...['### Left: what it takes', '', ...rowBody(left)],
    ...['### Right: what it gives', '', ...rowBody(right)],
  ];
}

function pairLine(pair: PairView): string {
  return tableLine([tokenCell(pair.row), tokenCell(pair.column), scoreCell(pair)]);
}

function headBody(head: PairReading): string[] {
  return [
    `${factsOfHead(head).join(', ')}.`,
    '',
    ...headNotes(head).flatMap((note) => [note, '']),
    ...[tableLine(['Row', 'Column', 'Score']), '|:--|:--|--:|', ...head.top.map(pairLine), ''],
  ];
}

/** One reading under its id. */
export function readingMarkdown(reading: Reading): string {
  const body = isHead(reading)
    ? headBody(reading)
    : isDirection(reading)
      ? directionBody(reading)
      : rowBody(reading);
  return [`## ${code(reading.component)}`, '', ...body, ''].join('\n');
}

/** What a document begins with: the model, and how it was read. */
export function markdownHead(source: ReadingSource, kinds: readonly ReadingKind[]): string {
  const lines = sourceLines(source, kinds).map(({ title, text }) => `- ${title}: ${code(text)}`);
  return [`# Readings of ${code(source.summary.name)}`, '', ...lines, '', ''].join('\n');
}

/** What a document ends with: how much there was. */
export function markdownFoot(readings: number): string {
  return `${counted(readings, 'reading', 'readings')}.\n`;
}

/** A whole document of a few readings. */
export function markdownOf(readings: readonly Reading[], source: ReadingSource): string {
  const kinds = [...new Set(readings.map(kindOf))];
  return markdownHead(source, kinds) + readings.map(readingMarkdown).join('');
}
