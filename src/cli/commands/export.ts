import { randomUUID } from 'node:crypto';
import { VocabScopeError } from '../../core/errors';
import { namesHeads } from '../../core/model/headMatrixId';
import { EXPORT_FORMATS, partOf, type ExportResult } from '../../protocol/export';
import { optionsJson, pairOptionsJson } from '../../protocol/written/json';
import { count, decimal } from '../../protocol/written/numbers';
import type { CliCommand, CliOptions, CommandInput, CommandResult } from '../command';
import { modelJson } from '../modelJson';
import { PAIR_OPTIONS, pairOptions } from '../pairOptions';
import { MODEL_OPTIONS, openParams, READING_OPTIONS, readingOptions, text } from '../sharedOptions';

const BYTES_PER_KB = 1024;
const BYTES_PER_MB = 1024 * 1024;

const EXPORT_OPTIONS: CliOptions = {
  out: { config: { type: 'string' }, value: 'FILE', help: 'what is written; its ending says how' },
  top: {
    config: { type: 'string' },
    value: 'N',
    help: 'tokens on each side (20), pairs of each head (50)',
  },
};

function size(bytes: number): string {
  return bytes < BYTES_PER_MB
    ? `${count(Math.ceil(bytes / BYTES_PER_KB))} KB`
    : `${decimal(bytes / BYTES_PER_MB, 1)} MB`;
}

/** `512 rows and 4 heads`. */
function amount({ rows, directions, heads }: ExportResult): string {
  return [
    ...(rows === 0 ? [] : [`${count(rows)} ${rows === 1 ? 'row' : 'rows'}`]),
    ...(directions === 0
      ? []
      : [`${count(directions)} singular ${directions === 1 ? 'direction' : 'directions'}`]),
    ...(heads === 0 ? [] : [`${count(heads)} ${heads === 1 ? 'head' : 'heads'}`]),
  ].join(' and ');
}

async function run({ positionals, values, engine, context }: CommandInput): Promise<CommandResult> {
  const [path, ...components] = positionals;
  if (path === undefined || components.length === 0) {
    throw new VocabScopeError(
      'usage',
      "export takes a path and at least one component, e.g. 'L3.FF.V[*]'.",
    );
  }
  const file = text(values, 'out') ?? '';
  if (file === '') {
    throw new VocabScopeError('usage', 'export needs --out FILE, e.g. --out readings.csv.');
  }
  const options = await readingOptions(values);
  const heads = components.some(namesHeads) ? await pairOptions(values) : undefined;
  const summary = await engine.open(openParams(path, values), context);
  const written = await engine.export(
    {
      ...{ model: summary.model, components, options },
      ...(heads === undefined ? {} : { pairOptions: heads }),
      pairStatistics: values['no-statistics'] !== true,
      ...{ file, part: partOf(file, randomUUID()) },
    },
    context,
  );
  return {
    json: {
      model: modelJson(summary),
      options: optionsJson(options),
      ...(heads === undefined ? {} : { pair_options: pairOptionsJson(heads) }),
      written,
    },
    *lines() {
      if (summary.tokenizerProblem !== null) {
        yield `note: ${summary.tokenizerProblem}`;
      }
      yield `${file}: ${amount(written)} of ${summary.name}, ${size(written.bytes)}`;
    },
  };
}

const ENDINGS = EXPORT_FORMATS.map(
  ({ ending, name, purpose }) => `  ${`.${ending}`.padEnd(9)} ${name}: ${purpose}`,
).join('\n');

/** `vocabscope export`: readings of any number of components into a file. */
export const exportCommand: CliCommand = {
  name: 'export',
  summary:
    'readings of rows, directions and heads into a file: CSV, JSON Lines, Parquet, Markdown or HTML',
  usage: 'PATH COMPONENT... --out FILE [options]',
  description: `Components are those of tokens and pairs, in any number; * is every row of the model. They are written
in the order in which they are named. The ending of FILE says how:

${ENDINGS}

CSV and Parquet hold one kind of readings, since rows, singular directions and heads have different
columns. Every form says which model and which options it was read with, what each list leaves out,
and gives exact token texts; CSV, JSON Lines and Parquet have numbers in full precision.

FILE appears when it is whole; one that is there is replaced only then. Memory does not grow with
the number of rows.

  vocabscope export ./gpt2 'L5.FF.V[*]' --exclude-undertrained --out values.csv
  vocabscope export ./gpt2 '*' --top 50 --out gpt2.parquet
  vocabscope export ./gpt2 'L*.H*.VO' 'L*.H*.QK' --top 100 --out heads.jsonl
  vocabscope export ./gpt2 'L5.FF.K[317]' L4.H2.VO 'L4.H2.VO.S[0:4]' --out finding.html`,
  options: { ...READING_OPTIONS, ...PAIR_OPTIONS, ...EXPORT_OPTIONS, ...MODEL_OPTIONS },
  run,
};
