import { VocabScopeError } from '../../core/errors';
import type { ModelSummary, TensorRow } from '../../protocol/modelSummary';
import { count } from '../../protocol/written/numbers';
import type { CliCommand, CommandInput, CommandResult } from '../command';
import { modelJson } from '../modelJson';
import { MODEL_OPTIONS, openParams } from '../sharedOptions';
import { tableLines, type Column } from '../table';

/** Files up to this size are searched for NaN and infinite weights without being asked. */
const SCAN_UNASKED_BYTES = 64 * 1024 * 1024;
const ALL_TENSORS = 1_000_000;

interface NonFinite {
  readonly tensor: string;
  readonly nan: number;
  readonly inf: number;
}

const TENSOR_COLUMNS: readonly Column<TensorRow>[] = [
  { title: 'Tensor', text: (row) => row.name, maxWidth: 70 },
  { title: 'Type', text: (row) => row.dtype },
  { title: 'Shape', text: (row) => row.shape.join(' × ') || 'scalar' },
];

function* describe(
  summary: ModelSummary,
  nonFinite: readonly NonFinite[] | null,
): Iterable<string> {
  const { shape } = summary;
  yield `${summary.name}: ${summary.architecture ?? 'unknown architecture'}, ${count(summary.parameters)} parameters in ${count(summary.tensorCount)} tensors (${summary.format})`;
  if (shape !== null) {
    const kv = shape.nKvHeads === shape.nHeads ? '' : `, ${String(shape.nKvHeads)} key-value heads`;
    yield `${count(shape.nLayers)} ${shape.nLayers === 1 ? 'layer' : 'layers'} × ${String(shape.nHeads)} heads${kv}, d_model ${count(shape.dModel)}, d_head ${String(shape.dHead)}, d_ff ${count(shape.dFf)}${shape.gated ? ' (gated)' : ''}, vocabulary ${count(shape.dVocab)}`;
    yield `${shape.tied === true ? 'tied' : 'untied'} embeddings, ${shape.norm} (${shape.normPlacement}), ${shape.positions} positions`;
  }
  if (summary.tokenizer !== null) {
    yield `tokenizer: ${summary.tokenizer.kind}, ${count(summary.tokenizer.size)} tokens${summary.paddingRows > 0 ? `, ${count(summary.paddingRows)} padding rows` : ''}`;
  }
  if (summary.labels.length > 0) {
    yield `classifier labels: ${summary.labels.join(', ')}`;
  }
  for (const { tensor, nan, inf } of nonFinite ?? []) {
    yield `not finite: ${tensor} has ${count(nan)} NaN and ${count(inf)} infinite weights`;
  }
  if (nonFinite === null) {
    yield 'not searched for NaN and infinite weights; --scan does';
  }
}

async function run({ positionals, values, engine, context }: CommandInput): Promise<CommandResult> {
  const [path] = positionals;
  if (path === undefined || positionals.length > 1) {
    throw new VocabScopeError('usage', 'info takes one path.');
  }
  const summary = await engine.open(openParams(path, values), context);
  const { model } = summary;
  const tensors = await engine.tensors({ model, start: 0, count: ALL_TENSORS }, context);
  const bytes = tensors.rows.reduce((sum, row) => sum + row.byteLength, 0);
  const nonFinite =
    values['scan'] === true || bytes <= SCAN_UNASKED_BYTES
      ? await engine.scanNonFinite({ model }, context)
      : null;
  const { warnings, ...described } = modelJson(summary);
  return {
    json: {
      model: { ...described, warnings, nonFinite },
      options: { scan: values['scan'] === true },
      tensors: tensors.rows.map(({ name, dtype, shape }) => ({ name, dtype, shape })),
    },
    *lines() {
      yield* describe(summary, nonFinite);
      for (const warning of warnings as string[]) {
        yield `note: ${warning}`;
      }
      if (summary.shape === null || values['tensors'] === true) {
        yield '';
        yield* tableLines(TENSOR_COLUMNS, tensors.rows);
      }
    },
  };
}

/** `vocabscope info`: what a checkpoint is. */
export const info: CliCommand = {
  name: 'info',
  summary: 'what a checkpoint is: family, sizes, tokenizer, what is odd about it',
  usage: 'PATH [--scan] [--tensors]',
  description: `PATH is a folder, a weights file, its index or a config.json: all lead to the same model.

  vocabscope info ./gpt2
  vocabscope info ./gpt2/model.safetensors --json`,
  options: {
    scan: {
      config: { type: 'boolean' },
      help: 'count NaN and infinite weights, however large the file',
    },
    tensors: { config: { type: 'boolean' }, help: 'list the tensors' },
    ...MODEL_OPTIONS,
  },
  run,
};
