/** Copies of readings: exact texts, under a header that names model, component and options. */
import type { RowReading, ScoredToken, TableRow, TokenView } from '../../src/protocol/reading';
import type { ReadingSource } from '../../src/protocol/written/readings';
import { quotedToken } from '../../src/protocol/written/words';
import { t } from '../l10n';
import { describeOptions } from './options';

/** The exact text of a token as text that can be pasted: bytes as `<0xNN>`, no token as `#id`. */
export function exactText(token: TokenView): string {
  if (token.text !== null) return token.text;
  if (token.hex === undefined) return `#${token.id}`;
  return token.hex.toUpperCase().replace(/../gu, '<0x$&>');
}

/** What every copy begins with: model, options, files chosen by hand. */
export function exportHeader({ summary, options }: ReadingSource): string {
  const tokenizer = summary.tokenizer === null ? [t('no tokenizer: ids only')] : [];
  const chosen = [
    ...(summary.chosenTokenizer ? [t('tokenizer {0}', summary.tokenizerPath ?? '')] : []),
    ...(summary.chosenConfig ? [t('config {0}', summary.configPath ?? '')] : []),
  ];
  return [summary.name, describeOptions(options), ...tokenizer, ...chosen].join('; ');
}

/** Token ids of both lists, one list a line. */
export function rowAsIds(reading: RowReading, context: ReadingSource): string {
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
export function rowsAsText(rows: readonly TableRow[], context: ReadingSource): string {
  const list = (tokens: readonly ScoredToken[]): string => tokens.map(quotedToken).join(' ');
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
