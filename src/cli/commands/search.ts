import { VocabScopeError } from '../../core/errors';
import { displayText } from '../../core/tokenizer/display';
import { SEARCH_KINDS } from '../../engine/search/searchedTables';
import type { SearchKind, SearchSort, TokenSearch } from '../../protocol/search';
import { count, decimal } from '../../protocol/written/numbers';
import { foundJson, searchOptionsJson } from '../../protocol/written/search';
import type { CliCommand, CliValues, CommandInput, CommandResult } from '../command';
import { modelJson } from '../modelJson';
import {
  choice,
  MODEL_OPTIONS,
  openParams,
  READING_OPTIONS,
  readingOptions,
  wholeNumber,
} from '../sharedOptions';
import { tableLines, type Column } from '../table';

const DEFAULT_ROWS = 50;
const MAX_ROWS = 10_000;
const SORTS: readonly SearchSort[] = ['score', 'z', 'rank'];

const COLUMNS: readonly Column<TokenSearch['rows'][number]>[] = [
  { title: 'Row', text: (row) => row.component },
  { title: 'Score', align: 'right', text: (row) => decimal(row.score, 3) },
  { title: 'z', align: 'right', text: (row) => decimal(row.z, 1) },
  { title: 'Rank', align: 'right', text: (row) => (row.rank === null ? '–' : count(row.rank)) },
];

/** The kinds asked for: `--kind` may be repeated, or name several with commas. */
function kindsOf(values: CliValues): readonly SearchKind[] | undefined {
  const given = values['kind'];
  if (!Array.isArray(given)) {
    return undefined;
  }
  const names = given.flatMap((each) => String(each).split(','));
  return names.map((name) => {
    const kind = SEARCH_KINDS.find((each) => each === name);
    if (kind === undefined) {
      throw new VocabScopeError(
        'usage',
        `--kind is "${name}"; choose among ${SEARCH_KINDS.join(', ')}.`,
      );
    }
    return kind;
  });
}

function sameTextNote({ token, sameText }: TokenSearch): string {
  const ids = sameText.map(({ id }) => `#${String(id)}`).join(', ');
  return `note: ${ids} has the same text; read as #${String(token.id)}, give the id to search another`;
}

function* describe(results: readonly TokenSearch[]): Iterable<string> {
  for (const result of results) {
    const { token, rows, total } = result;
    yield `${displayText(token)} #${String(token.id)}: ${count(rows.length)} of ${count(total)} rows`;
    if (result.sameText.length > 0) {
      yield sameTextNote(result);
    }
    yield* tableLines(COLUMNS, rows);
    yield '';
  }
}

async function run({ positionals, values, engine, context }: CommandInput): Promise<CommandResult> {
  const [path, ...tokens] = positionals;
  if (path === undefined || tokens.length === 0) {
    throw new VocabScopeError(
      'usage',
      "search takes a path and at least one token: exact text such as ' she', or an id such as '#537'.",
    );
  }
  const options = await readingOptions({ ...values, top: undefined });
  const rows = wholeNumber(values, 'top', DEFAULT_ROWS, MAX_ROWS);
  const kinds = kindsOf(values);
  const sort = choice(values, 'sort', SORTS, 'score');
  const reversed = values['reverse'] === true;
  const summary = await engine.open(openParams(path, values), context);
  const { results } = await engine.search(
    {
      model: summary.model,
      tokens,
      ...(kinds === undefined ? {} : { kinds }),
      options,
      sort,
      reversed,
      start: 0,
      count: rows,
    },
    context,
  );
  return {
    json: {
      model: modelJson(summary),
      options: searchOptionsJson({ options, kinds: kinds ?? SEARCH_KINDS, sort, reversed }, rows),
      tokens: results.map(({ token, sameText, total }) => ({
        id: token.id,
        token: token.text,
        sameText: sameText.map(({ id }) => id),
        rows: total,
      })),
      rows: results.flatMap(({ token, rows: found }) => found.map((row) => foundJson(token, row))),
    },
    lines: () => describe(results),
  };
}

/** `vocabscope search`: rows by token. */
export const search: CliCommand = {
  name: 'search',
  summary: 'the rows of a model that score a token highest: what promotes it, what responds to it',
  usage: 'PATH TOKEN... [--kind KIND] [--top N] [options]',
  description: `TOKEN is exact text, its leading space included, or an id as '#537'. Where several ids have the
text, the lowest that is no byte is taken, and the answer says so. A text that is no token fails and
names tokens that spell it and tokens spelled like it. A token that begins with a dash goes behind --.

Every row of the model is scored, exactly: keys, queries, values of attention with W_E, FF values and
outputs with W_U. Beside the score: z, the row's own readability, and the token's place in the row's
list, from 0, under the same --rank and filters.

  vocabscope search ./gpt2 ' she' ' he' --kind FF.V
  vocabscope search ./gpt2 '#262' --kind FF.K --kind FF.V --sort rank --exclude-undertrained --json

--sort z scans every matrix and --sort rank reads every row once more: minutes for a large model.`,
  options: {
    ...READING_OPTIONS,
    top: { config: { type: 'string' }, value: 'N', help: 'rows for each token (50)' },
    kind: {
      config: { type: 'string', multiple: true },
      value: 'KIND',
      help: `FF.K, FF.Up, FF.V, Q, K, V, O or C; again, or with commas, for several (all)`,
    },
    sort: { config: { type: 'string' }, value: 'SORT', help: 'score, z or rank (score)' },
    reverse: { config: { type: 'boolean' }, help: 'worst first: what speaks against the token' },
    ...MODEL_OPTIONS,
  },
  run,
};
