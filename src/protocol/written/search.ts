/** What a search found, as it is written: in answers of the command line and in copies alike. */
import type { ReadingOptions } from '../../core/projection/options';
import type { ModelSummary } from '../modelSummary';
import type { TokenView } from '../reading';
import type { SearchKind, SearchRow, SearchSort, TokenSearch } from '../search';
import { csvLine } from './csv';
import type { DocumentForm } from './document';
import { optionsJson, SCHEMA, scoredJson, sourceJson, tokenJson, type Json } from './json';
import { code, tableLine } from './markdown';
import { count, decimal } from './numbers';
import { constantsOf, placeOfRow, type Constant } from './table';
import { inWords, quotedToken, quotedTokens } from './words';

const SCORE_DIGITS = 4;

/** What was searched, and how. */
export interface SearchSource {
  readonly summary: ModelSummary;
  readonly options: ReadingOptions;
  readonly kinds: readonly SearchKind[];
  readonly sort: SearchSort;
  readonly reversed: boolean;
}

/** Options of a search; `top`: how many rows were asked for. */
export function searchOptionsJson(source: Omit<SearchSource, 'summary'>, top: number): Json {
  const { options, kinds, sort, reversed } = source;
  return { ...optionsJson(options), top, kinds, sort, reversed };
}

/** A row that was found for a token. */
export function foundJson(token: TokenView, { words, ...row }: SearchRow): Json {
  return {
    token: token.text,
    id: token.id,
    ...row,
    ...(words === undefined
      ? {}
      : {
          speaks: words.speaks,
          top: words.top.map(scoredJson),
          bottom: words.bottom.map(scoredJson),
        }),
  };
}

/** Model and options; `k` plays no part in a search. */
function constants(source: SearchSource): readonly Constant[] {
  return [
    ...constantsOf(source, 'rows').filter(({ name }) => name !== 'option_top'),
    { name: 'option_kinds', value: source.kinds.join(' ') },
    { name: 'option_sort', value: source.sort },
    { name: 'option_reversed', value: source.reversed },
  ];
}

function jsonOf({ token, rows, total }: TokenSearch, source: SearchSource): string {
  const document = {
    schema: SCHEMA,
    model: sourceJson(source.summary),
    options: searchOptionsJson(source, rows.length),
    tokens: [{ ...tokenJson(token), rows: total }],
    rows: rows.map((row) => foundJson(token, row)),
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

function csvOf({ token, rows }: TokenSearch, source: SearchSource): string {
  const said = constants(source);
  const header = [
    ...['searched_id', 'searched_token', 'searched_bytes'],
    ...['component', 'layer', 'head', 'kind', 'row'],
    ...['space', 'score', 'dot', 'rank', 'z', 'speaks', 'top', 'bottom'],
    ...said.map(({ name }) => name),
  ];
  const lines = rows.map(({ component, space, score, dot, rank, z, words }) => {
    const { layer, head, kind, index } = placeOfRow(component);
    return csvLine([
      ...[token.id, token.text, token.hex ?? null],
      ...[component, layer, head, kind, index],
      ...[space, score, dot ?? score, rank, z, words?.speaks ?? null],
      ...[quotedTokens(words?.top ?? []), quotedTokens(words?.bottom ?? [])],
      ...said.map(({ value }) => value),
    ]);
  });
  return csvLine(header) + lines.join('');
}

function markdownOf({ token, rows, total }: TokenSearch, source: SearchSource): string {
  const said = constants(source);
  const isOption = ({ name }: Constant): boolean => name.startsWith('option_');
  const lines = rows.map(({ component, space, score, rank, z, words }) =>
    tableLine([
      code(component),
      space,
      decimal(score, SCORE_DIGITS),
      rank === null ? '–' : count(rank),
      decimal(z, 1),
      (words?.[words.speaks ?? 'top'] ?? []).map((word) => code(quotedToken(word))).join(' '),
    ]),
  );
  return [
    `# Rows of ${code(source.summary.name)} for ${code(quotedToken(token))} (#${String(token.id)})`,
    '',
    `- Model: ${code(inWords(said.filter((constant) => !isOption(constant))))}`,
    `- Searched with: ${code(inWords(said.filter(isOption)))}`,
    `- ${count(rows.length)} of ${count(total)} rows; ranks count from 0`,
    '',
    tableLine(['Row', 'Space', 'Score', 'Rank', 'z', 'What it speaks for']),
    '|:--|:--|--:|--:|--:|:--|',
    ...lines,
    '',
  ].join('\n');
}

/** Rows that were found for one token, with model and options. */
export function searchDocument(
  form: DocumentForm,
  found: TokenSearch,
  source: SearchSource,
): string {
  return { md: markdownOf, csv: csvOf, json: jsonOf }[form](found, source);
}
