/** Copies of readings: exact texts, under a header that names model, component and options. */
import type { ReadingOptions } from '../../src/core/projection/options';
import type { TableRow } from '../../src/protocol/engineApi';
import type { ModelSummary } from '../../src/protocol/modelSummary';
import type { RowReading, ScoredToken, TokenView } from '../../src/protocol/reading';
import { t } from '../l10n';
import { formatDecimal, formatStatistic, DIGITS } from './numbers';
import { describeOptions } from './options';
import type { Side } from './sentence';

/** What a copy says about where it comes from. */
export interface ExportContext {
  readonly summary: ModelSummary;
  readonly options: ReadingOptions;
}

/** The exact text of a token as text that can be pasted: bytes as `<0xNN>`, no token as `#id`. */
export function exactText(token: TokenView): string {
  if (token.text !== null) return token.text;
  if (token.hex === undefined) return `#${token.id}`;
  return token.hex.toUpperCase().replace(/../gu, '<0x$&>');
}

/** A token's text in quotes, its control characters escaped. */
export function quoted(token: TokenView): string {
  return token.text === null ? exactText(token) : JSON.stringify(token.text);
}

/** What every copy begins with: model, options, files chosen by hand. */
export function exportHeader({ summary, options }: ExportContext): string {
  const tokenizer = summary.tokenizer === null ? [t('no tokenizer: ids only')] : [];
  const chosen = [
    ...(summary.chosenTokenizer ? [t('tokenizer {0}', summary.tokenizerPath ?? '')] : []),
    ...(summary.chosenConfig ? [t('config {0}', summary.configPath ?? '')] : []),
  ];
  return [summary.name, describeOptions(options), ...tokenizer, ...chosen].join('; ');
}

/** A code span of Markdown that may stand in a table. */
function code(text: string): string {
  const fence = text.includes('`') ? '``' : '`';
  const inner = text.startsWith('`') || text.endsWith('`') ? ` ${text} ` : text;
  return `${fence}${inner.replaceAll('|', '\\|')}${fence}`;
}

function markdownCells(token: ScoredToken | undefined): string {
  return token === undefined
    ? ' | '
    : `${code(quoted(token))} | ${formatDecimal(token.score, DIGITS.score)}`;
}

/** A row as Markdown: sentence of numbers, then both lists side by side. */
export function rowAsMarkdown(reading: RowReading, context: ExportContext): string {
  const numbers = [
    `z ${formatStatistic(reading.z, DIGITS.z)}`,
    `${t('kurtosis without common directions')} ${formatStatistic(reading.kurtosisCentered, DIGITS.moment)}`,
    `${t('norm')} ${formatStatistic(reading.norm, DIGITS.norm, reading.nonFinite)}`,
  ].join(', ');
  const length = Math.max(reading.top.length, reading.bottom.length);
  const lines = Array.from(
    { length },
    (_, at) => `| ${markdownCells(reading.top[at])} | ${markdownCells(reading.bottom[at])} |`,
  );
  return [
    `### ${reading.component}`,
    '',
    `${exportHeader(context)}.`,
    ...(reading.note === undefined ? [] : [reading.note]),
    '',
    `${numbers}.`,
    '',
    `| ${t('Top')} | ${t('Score')} | ${t('Bottom')} | ${t('Score')} |`,
    '|:--|--:|:--|--:|',
    ...lines,
    '',
  ].join('\n');
}

function tokenAsJson({ id, text, score, dot, special, padding }: ScoredToken): object {
  return {
    id,
    token: text,
    score,
    ...(dot === undefined ? {} : { dot }),
    ...(special === true ? { special } : {}),
    ...(padding === true ? { padding } : {}),
  };
}

/** A row as JSON, in the form that `vocabscope tokens --json` prints. */
export function rowAsJson(reading: RowReading, { summary, options }: ExportContext): string {
  const { kurtosisCentered, top, bottom, sharedBy, note, ...rest } = reading;
  const row = {
    ...rest,
    kurtosis_centered: kurtosisCentered,
    ...(sharedBy === undefined ? {} : { sharedBy }),
    ...(note === undefined ? {} : { note }),
    top: top.map(tokenAsJson),
    bottom: bottom.map(tokenAsJson),
  };
  const document = { schema: 'vocabscope/1', model: summary.name, options, rows: [row] };
  return JSON.stringify(document, null, 2);
}

/** A field of a CSV file (RFC 4180). */
function csvField(value: string | number): string {
  const text = String(value);
  return /[",\r\n]|^\s|\s$/u.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** A row as CSV, one token a line, under a comment that names model and options. */
export function rowAsCsv(reading: RowReading, context: ExportContext): string {
  const lines = (side: Side): string[] =>
    reading[side].map(({ id, text, hex, score, dot }, rank) =>
      [reading.component, side, rank, id, text ?? '', hex ?? '', score, dot ?? score]
        .map(csvField)
        .join(','),
    );
  return [
    `# ${exportHeader(context)}`,
    'component,side,rank,id,token,bytes,score,dot',
    ...lines('top'),
    ...lines('bottom'),
    '',
  ].join('\n');
}

/** Token ids of both lists, one list a line. */
export function rowAsIds(reading: RowReading, context: ExportContext): string {
  const line = (side: string, tokens: readonly ScoredToken[]): string =>
    `${side}: ${tokens.map(({ id }) => id).join(' ')}`;
  return [
    `# ${reading.component}; ${exportHeader(context)}`,
    line('top', reading.top),
    line('bottom', reading.bottom),
    '',
  ].join('\n');
}

/** Rows of a table, tab-separated: numbers, then both sides' tokens in quotes. */
export function rowsAsText(rows: readonly TableRow[], context: ExportContext): string {
  const list = (tokens: readonly ScoredToken[]): string => tokens.map(quoted).join(' ');
  return [
    `# ${exportHeader(context)}`,
    ['component', 'z', 'kurtosis_centered', 'norm', 'top', 'bottom'].join('\t'),
    ...rows.map((row) =>
      [
        row.component,
        row.z ?? '',
        row.kurtosisCentered ?? '',
        row.norm,
        list(row.top),
        list(row.bottom),
      ].join('\t'),
    ),
    '',
  ].join('\n');
}
