import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { VocabScopeError } from '../../core/errors';
import { partOf } from '../../protocol/export';
import {
  POOLS,
  type StitchExportParams,
  type StitchParams,
  type StitchPoint,
  type StitchResult,
} from '../../protocol/stitch';
import { count, decimal } from '../../protocol/written/numbers';
import type { CliCommand, CliValues, CommandInput, CommandResult } from '../command';
import { modelJson } from '../modelJson';
import { COMPARED_OPTIONS, openCompared } from '../openCompared';
import { choice, text, wholeNumber } from '../sharedOptions';
import { tableLines, type Column } from '../table';

const DEFAULT_TRANSPLANT = 3;
const DEFAULT_TEXTS = 2000;
const MAX_TEXTS = 1_000_000;
const PERCENT = 100;
const BAR_WIDTH = 24;

type Json = Record<string, unknown>;

function numberList(values: CliValues, name: string): readonly number[] | undefined {
  return text(values, name)
    ?.split(',')
    .map((each) => {
      if (!/^\d{1,6}$/u.test(each.trim())) {
        throw new VocabScopeError(
          'usage',
          `--${name} is "${each}"; give a whole number from 0, or several with commas.`,
        );
      }
      return Number(each);
    });
}

function paramsOf(values: CliValues, model: string, base: string, file: string): StitchParams {
  const pool =
    text(values, 'pool') === undefined ? undefined : choice(values, 'pool', POOLS, 'last');
  const keeps = numberList(values, 'keep');
  return {
    ...{ model, base },
    ...(pool === undefined ? {} : { pool }),
    withoutFinalNorm: values['without-final-norm'] === true,
    excludeUndertrained: values['exclude-undertrained'] === true,
    data: {
      file,
      textColumn: text(values, 'text-column') ?? 'text',
      labelColumn: text(values, 'label-column') ?? 'label',
      maxTexts: wholeNumber(values, 'texts', DEFAULT_TEXTS, MAX_TEXTS),
    },
    transplants: [...new Set(numberList(values, 'transplant') ?? [DEFAULT_TRANSPLANT])],
    ...(keeps === undefined ? {} : { keeps: [...new Set(keeps)] }),
    control: values['control'] === true,
    calibrate: values['calibrate'] === true,
    translate: values['translate'] === true,
  };
}

function pointJson({ transplant, keep, accuracy, low, high, n, calibrated }: StitchPoint): Json {
  return {
    ...{ transplant, keep, accuracy, low, high, n },
    ...(calibrated === undefined ? {} : { calibrated }),
  };
}

function resultJson(result: StitchResult): Json {
  const { source, kernel } = result;
  return {
    source: source.accuracy,
    source_interval: { low: source.low, high: source.high, n: source.n },
    chance: result.chance,
    pool: result.pool,
    pool_source: result.poolSource,
    final_norm: result.finalNorm,
    ridge: kernel.ridge,
    condition: kernel.condition,
    shared_tokens: kernel.sharedTokens,
    kernel_tokens: kernel.tokens,
    max_tokens: result.maxTokens,
    truncated: result.truncated,
    texts: result.texts,
    records: result.records,
    labels: result.labels,
    curve: result.curve.map(pointJson),
    head_alone: result.headAlone.map(pointJson),
    ...(result.control === null ? {} : { control: result.control.map(pointJson) }),
    ...(result.translated === undefined ? {} : { translated: result.translated.map(pointJson) }),
    warnings: result.warnings,
  };
}

function percent(value: number): string {
  return `${decimal(value * PERCENT, 1)} %`;
}

function bar({ accuracy }: StitchPoint): string {
  return '█'.repeat(Math.round(accuracy * BAR_WIDTH));
}

function columns(points: readonly StitchPoint[]): readonly Column<StitchPoint>[] {
  const calibrated = points.some((point) => point.calibrated !== undefined);
  return [
    { title: 'n', align: 'right', text: ({ transplant }) => String(transplant) },
    { title: 'k', align: 'right', text: ({ keep }) => String(keep) },
    { title: 'Accuracy', align: 'right', text: ({ accuracy }) => percent(accuracy) },
    { title: '95 %', text: ({ low, high }) => `${percent(low)} to ${percent(high)}` },
    ...(calibrated
      ? [
          {
            title: 'Calibrated',
            align: 'right' as const,
            text: (point: StitchPoint) =>
              point.calibrated === undefined ? '–' : percent(point.calibrated.accuracy),
          },
        ]
      : []),
    { title: '', text: bar },
  ];
}

/** What of several points matters beside a curve: the best. */
function bestOf(points: readonly StitchPoint[]): StitchPoint | undefined {
  return points.reduce<StitchPoint | undefined>(
    (best, point) => (best === undefined || point.accuracy > best.accuracy ? point : best),
    undefined,
  );
}

function* describe(result: StitchResult, names: readonly [string, string]): Iterable<string> {
  const { kernel, source, control, headAlone } = result;
  yield `${names[0]} stitched onto ${names[1]}: ${count(result.texts)} texts, pooled by ${result.pool} (${result.poolSource}), kernel of ${count(kernel.tokens)} tokens, condition ${kernel.condition.toExponential(1)}, ridge ${kernel.ridge === 0 ? '0' : kernel.ridge.toExponential(1)}`;
  yield `Chance ${percent(result.chance)}; ${names[0]} itself ${percent(source.accuracy)} (${percent(source.low)} to ${percent(source.high)})`;
  for (const warning of result.warnings) {
    yield `Note: ${warning}`;
  }
  yield '';
  yield* tableLines(columns(result.curve), result.curve);
  const alone = bestOf(headAlone);
  if (alone !== undefined) {
    yield '';
    yield `With A's head alone, no block of A: at best ${percent(alone.accuracy)} (k ${String(alone.keep)})`;
  }
  const shuffled = control === null ? undefined : bestOf(control);
  if (shuffled !== undefined) {
    yield `Control, vocabulary shuffled: at best ${percent(shuffled.accuracy)} (n ${String(shuffled.transplant)}, k ${String(shuffled.keep)})`;
  }
  if (result.translated !== undefined) {
    yield '';
    yield `Translated: ${names[0]}'s blocks and head in the space of ${names[1]}, other models than those above`;
    yield* tableLines(columns(result.translated), result.translated);
  }
}

async function run({ positionals, values, engine, context }: CommandInput): Promise<CommandResult> {
  const [tunedPath, basePath] = [text(values, 'tuned'), text(values, 'base')];
  if (tunedPath === undefined || basePath === undefined || positionals.length > 0) {
    throw new VocabScopeError(
      'usage',
      'stitch takes a classifier and a base: stitch --tuned A --base B --evaluate data.csv.',
    );
  }
  const file = text(values, 'evaluate');
  const asked = paramsOf(values, '', '', file ?? '');
  const chosen = chosenModel(values, asked);
  if (file === undefined && chosen === undefined) {
    throw new VocabScopeError(
      'usage',
      'stitch measures on labelled texts (--evaluate data.csv), or writes one model (--out DIR --keep K), or both.',
    );
  }
  const tuned = await openCompared(engine, tunedPath, values, context);
  const base = await openCompared(engine, basePath, values, context);
  const params = { ...asked, model: tuned.model, base: base.model };
  const result = file === undefined ? undefined : await engine.stitch(params, context);
  const measured = file === undefined || result === undefined ? null : { file, result };
  const written =
    chosen === undefined
      ? undefined
      : await engine.exportStitched({ ...params, ...chosen, measured }, context);
  return {
    json: {
      model: modelJson(tuned),
      base: modelJson(base),
      options: optionsJson(params),
      ...(result === undefined ? {} : resultJson(result)),
      ...(written === undefined
        ? {}
        : {
            out: written.folder,
            files: written.files,
            ...(params.translate === true
              ? { checkpoint_problem: written.checkpointProblem ?? null }
              : {}),
          }),
    },
    *lines() {
      if (result !== undefined) {
        yield* describe(result, [tuned.name, base.name]);
      }
      if (written !== undefined) {
        yield `Written to ${written.folder}: ${written.files.join(', ')}`;
        if (written.checkpointProblem !== undefined) {
          yield `Note: ${written.checkpointProblem} It is written as ONNX.`;
        }
      }
    },
  };
}

function optionsJson({ data, transplants, keeps, ...params }: StitchParams): Json {
  return {
    transplant: transplants,
    keep: keeps ?? 'all',
    evaluate: data.file === '' ? null : data.file,
    text_column: data.textColumn,
    label_column: data.labelColumn,
    texts: data.maxTexts,
    control: params.control,
    calibrate: params.calibrate,
    translate: params.translate === true,
    without_final_norm: params.withoutFinalNorm,
    exclude_undertrained: params.excludeUndertrained,
  };
}

/** The one model that --out writes; undefined without it. @throws VocabScopeError `usage` where it is not one */
function chosenModel(
  values: CliValues,
  { keeps = [], transplants }: StitchParams,
): Pick<StitchExportParams, 'folder' | 'part' | 'keep' | 'transplant'> | undefined {
  const out = text(values, 'out');
  if (out === undefined) {
    return undefined;
  }
  const folder = path.resolve(out);
  const [keep, ...moreKeeps] = keeps;
  const [transplant, ...more] = transplants;
  if (keep === undefined || transplant === undefined || moreKeeps.length + more.length > 0) {
    throw new VocabScopeError(
      'usage',
      "--out writes one model: say which by --keep K (B's first blocks) and --transplant N (A's last).",
    );
  }
  return { folder, part: partOf(folder, randomUUID()), keep, transplant };
}

/** `vocabscope stitch`: a classifier without training. */
export const stitch: CliCommand = {
  name: 'stitch',
  summary: 'a classifier for a merely pretrained model, without training: measured honestly',
  usage:
    '--tuned A --base B --evaluate DATA [--transplant N] [--keep K | --sweep] [--out DIR] [options]',
  description: `A text goes through B's embeddings and first k blocks; its hidden states are carried through the
vocabulary that the two models share into A's space (h T, with T = E_B E_A^+); A's last n blocks,
final norm and head judge it. No step of training. The paper's authors got more than 70 % in 3 of 11
such models: measure, and look at the whole curve over k.

DATA is CSV with a header, or JSONL, with columns text and label (--text-column, --label-column);
labels match A's by text, case ignored, else by number. Beside the curve: chance, A's own accuracy,
A's head alone, and with --control the same through a shuffled vocabulary.

--translate goes the other way and is shown apart: A's norms are folded into its weights, these are
rewritten into B's space (what reads a state becomes T W, what writes one W T'), and no state is
carried. LN(h T) is not LN(h) T, so these are other models. With --out that model is written: as a
checkpoint like B where shapes and norms allow it, else as ONNX with the reason.

  vocabscope stitch --tuned ./classifier --base ./gpt2 --evaluate reviews.csv --control
  vocabscope stitch --tuned ./classifier --base ./gpt2 --evaluate reviews.csv --transplant 1,2,3 --json
  vocabscope stitch --tuned ./classifier --base ./gpt2 --evaluate reviews.csv --keep 8 --out ./stitched

--out writes one stitched model (--keep K) as a folder: ONNX, tokenizer, labels, a card with the recipe
and what was measured, and a script; vocabscope classify runs it. What is computed is kept on disk: a
sweep that was stopped goes on where it was.`,
  options: {
    tuned: { config: { type: 'string' }, value: 'A', help: 'the classifier' },
    base: { config: { type: 'string' }, value: 'B', help: 'the merely pretrained model' },
    evaluate: { config: { type: 'string' }, value: 'DATA', help: 'labelled texts, CSV or JSONL' },
    transplant: {
      config: { type: 'string' },
      value: 'N',
      help: "A's last blocks that run; with commas, a curve each (3)",
    },
    keep: {
      config: { type: 'string' },
      value: 'K',
      help: "B's first blocks that run; with commas, several",
    },
    sweep: { config: { type: 'boolean' }, help: 'every k from 0 to all blocks of B (the default)' },
    out: {
      config: { type: 'string' },
      value: 'DIR',
      help: 'write the model of --keep K into this folder, new or empty',
    },
    control: { config: { type: 'boolean' }, help: 'also through a shuffled vocabulary' },
    calibrate: {
      config: { type: 'boolean' },
      help: 'also with the threshold at the median margin of the texts (two labels)',
    },
    translate: {
      config: { type: 'boolean' },
      help: "also with A's blocks and head rewritten into B's space; with --out, write that model",
    },
    pool: {
      config: { type: 'string' },
      value: 'POOL',
      help: 'last, first or mean, where neither train.json nor the architecture says it',
    },
    'without-final-norm': {
      config: { type: 'boolean' },
      help: "leave A's final norm out, as the paper's authors did",
    },
    'exclude-undertrained': {
      config: { type: 'boolean' },
      help: 'leave tokens that training hardly touched out of the shared vocabulary',
    },
    texts: {
      config: { type: 'string' },
      value: 'N',
      help: 'of a longer file so many are drawn at random (2,000)',
    },
    'text-column': {
      config: { type: 'string' },
      value: 'NAME',
      help: 'column of the texts (text)',
    },
    'label-column': {
      config: { type: 'string' },
      value: 'NAME',
      help: 'column of the labels (label)',
    },
    ...COMPARED_OPTIONS,
  },
  run,
};
