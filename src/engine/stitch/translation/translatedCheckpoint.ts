import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { shiftFor } from '../../../core/analysis/translation';
import type { ArchitectureAdapter } from '../../../core/architectures/adapter';
import { findEmbedding } from '../../../core/architectures/modelTensors';
import { findAdapter } from '../../../core/architectures/registry';
import type { ClassifierHead, Transformer } from '../../../core/model/transformer';
import { dtypeBits } from '../../../core/tensor/dtype';
import { readConfig } from '../../../formats/readConfig';
import { readVector } from '../../../formats/readRows';
import { copyOf, writeSafetensors, type WrittenTensor } from '../../../formats/safetensors/write';
import { findTokenizerFiles, readTokenizerFiles } from '../../../formats/tokenizerFiles';
import { readMatrix } from '../../forward/weights';
import type { OpenModel } from '../../model/openModel';
import type { WeightModel } from '../export/graphWeights';
import type { StitchedModels } from '../stitchedModels';
import { formProblem } from './checkpointForm';
import { filledTensor, layerTensors } from './layerTensors';

/** Files of a translated checkpoint, beside those of its tokenizer. */
export const TRANSLATED_WEIGHTS = 'model.safetensors';
const CONFIG = 'config.json';
/** Says how logits of tokens become those of a text, where the format's own class does otherwise. */
const TRAINING = 'train.json';

/** A translated model as a checkpoint of B's format, ready to be written. */
export interface TranslatedCheckpoint {
  readonly tensors: readonly WrittenTensor[];
  readonly config: Readonly<Record<string, unknown>>;
  readonly pool: StitchedModels['pool'];
  readonly tokenizer: string | null;
}

interface Blocks {
  readonly keep: number;
  readonly transplant: number;
}

/** Where B's family has its names. */
interface Family {
  readonly adapter: ArchitectureAdapter;
  /** What B's own names begin with. */
  readonly prefix: string;
}

function familyOf(b: OpenModel): Family {
  const adapter = findAdapter(b.ready().transformer.shape.architecture);
  const embedding = adapter && findEmbedding(adapter, b.checkpoint.tensors);
  if (adapter === undefined || embedding === undefined) {
    throw new TypeError(`${b.summary.name} is of no family.`);
  }
  return { adapter, prefix: embedding.prefix };
}

/** The shift of the final norm that keeps the head's constants, which heads of these formats have no place for. */
async function finalShift(
  tail: WeightModel,
  { W, bias }: ClassifierHead,
): Promise<Float32Array | null | undefined> {
  if (bias === undefined) {
    return null;
  }
  const constants = await readVector(tail.checkpoint, bias);
  return constants.every((value) => value === 0)
    ? null
    : shiftFor(await readMatrix(tail.checkpoint, W), constants);
}

/** What config.json says of the norm before the head, and whether there is one. */
function endOf({ shape, forward, finalNorm }: Transformer): string {
  const epsilon = typeof forward === 'string' ? '' : String(forward.normEpsilon);
  return `${String(finalNorm !== undefined)} ${shape.norm} ${epsilon}`;
}

/** B's tensors that stay: embeddings, the first blocks and, where it is stored, the output matrix. */
function keptTensors(b: OpenModel, { adapter, prefix }: Family, keep: number): WrittenTensor[] {
  const { W_E, W_U, W_pos, shape, forward } = b.ready().transformer;
  const norm = typeof forward === 'string' ? null : forward.embeddingNorm;
  const layers = Array.from({ length: keep }, (_, layer) => layerPrefix(prefix, adapter, layer));
  const inBlocks = [...b.checkpoint.tensors.keys()].filter(
    (name) =>
      layers.some((each) => name.startsWith(each)) &&
      !adapter.buffers.some((ending) => name.endsWith(ending)),
  );
  const named = [W_E.tensor, W_pos?.tensor, norm?.tensor, norm?.bias, ...inBlocks];
  const [saved] = adapter.prefixes;
  return [
    ...named.flatMap((name) =>
      name === undefined ? [] : [copyOf(b.checkpoint, name, saved + name.slice(prefix.length))],
    ),
    ...(shape.tied === true ? [] : [copyOf(b.checkpoint, W_U.tensor)]),
  ];
}

function layerPrefix(prefix: string, { stack }: ArchitectureAdapter, layer: number): string {
  return prefix + stack.path.replaceAll('{}', String(layer));
}

/** A plain final norm and the head. */
function endTensors(
  { finalNorm, shape }: Transformer,
  { adapter, prefix }: Family,
  tail: WeightModel,
  head: ClassifierHead,
  shift: Float32Array | null,
): WrittenTensor[] {
  const vector = (
    name: string | undefined,
    values: (into: Float32Array) => void,
  ): WrittenTensor[] =>
    name === undefined
      ? []
      : [filledTensor(adapter.prefixes[0] + name.slice(prefix.length), [shape.dModel], [values])];
  return [
    ...vector(finalNorm?.tensor, (into) => {
      into.fill(finalNorm?.plusOne === true ? 0 : 1);
    }),
    ...vector(finalNorm?.bias, (into) => {
      into.set(shift ?? []);
    }),
    filledTensor(
      adapter.classifier[0],
      [head.W.rows, head.W.cols],
      [
        async (into) => {
          into.set((await readMatrix(tail.checkpoint, head.W)).data);
        },
      ],
    ),
  ];
}

/** B's config.json with so many layers, and as a sequence classifier with A's labels. */
async function configOf(
  b: OpenModel,
  adapter: ArchitectureAdapter,
  layers: number,
  labels: readonly string[],
): Promise<Readonly<Record<string, unknown>>> {
  const { configPath } = b.summary;
  const config = Object.fromEntries(configPath === null ? [] : await readConfig(configPath));
  const { keys } = adapter.sizes.nLayers;
  const said = keys.filter((key) => key in config);
  const listIn = (key: string): readonly unknown[] | undefined =>
    Array.isArray(config[key]) ? (config[key] as readonly unknown[]) : undefined;
  const [known] = listIn('architectures') ?? [];
  const family =
    typeof known === 'string' ? known.replace(/(?:LMHeadModel|For[A-Z].*|Model)$/u, '') : '';
  const types = listIn('layer_types');
  const dtype = 'torch_dtype' in config && !('dtype' in config) ? 'torch_dtype' : 'dtype';
  return {
    ...config,
    model_type: b.ready().transformer.shape.architecture,
    ...Object.fromEntries((said.length === 0 ? [keys[0]] : said).map((key) => [key, layers])),
    ...(types === undefined ? {} : { layer_types: Array.from({ length: layers }, () => types[0]) }),
    ...(family === '' ? {} : { architectures: [`${family}ForSequenceClassification`] }),
    id2label: Object.fromEntries(labels.map((label, i) => [String(i), label])),
    label2id: Object.fromEntries(labels.map((label, i) => [label, i])),
    // Where it is a number, transformers passes over such tokens at the end of a text; texts were judged by their last token.
    pad_token_id: null,
    [dtype]: 'float32',
  };
}

/** Float32 tensors before those of 16 bits, so that each begins where its numbers may. */
function aligned(tensors: readonly WrittenTensor[]): WrittenTensor[] {
  const bits = ({ dtype }: WrittenTensor): number => dtypeBits(dtype) ?? 0;
  return [...tensors].sort((one, two) => bits(two) - bits(one));
}

/**
 * The translated model in B's own format, or the sentence that says why that cannot hold it.
 * @param tail A's blocks and head in B's space
 */
export async function translatedCheckpoint(
  models: StitchedModels,
  tail: WeightModel,
  { keep, transplant }: Blocks,
): Promise<TranslatedCheckpoint | string> {
  const { a, b, layersA, labels, withFinalNorm, pool } = models;
  const { transformer, checkpoint } = b.ready();
  const names = { tuned: a.summary.name, base: b.summary.name };
  const cannot = (why: string): string =>
    `A checkpoint like ${names.base} cannot hold this model: ${why}.`;
  if (keep + transplant === 0) {
    return cannot('it has at least one block, and this has none');
  }
  const layers = Array.from({ length: transplant }, (_, i) => layersA - transplant + i);
  const problem = formProblem(transformer, tail.transformer, layers, names);
  if (problem !== undefined) {
    return problem;
  }
  if (!withFinalNorm) {
    return cannot('it always runs a final norm, and that is left out');
  }
  if (endOf(transformer) !== endOf(tail.transformer)) {
    return cannot('its final norm is of another kind than that before the head');
  }
  const head = headOf(tail.transformer);
  const shift = await finalShift(tail, head);
  if (shift === undefined || (shift !== null && transformer.finalNorm?.bias === undefined)) {
    return cannot('neither its head nor its final norm has a place for the constants of the head');
  }
  const family = familyOf(b);
  const { adapter, prefix } = family;
  const written = layers.flatMap((layer, i) => {
    const [from, to] = [
      layerPrefix(prefix, adapter, 0),
      layerPrefix(adapter.prefixes[0], adapter, keep + i),
    ];
    const rename = (name: string): string => to + name.slice(from.length);
    return layerTensors({ transformer, checkpoint, rename }, tail, layer);
  });
  return {
    tensors: aligned([
      ...keptTensors(b, family, keep),
      ...written,
      ...endTensors(transformer, family, tail, head, shift),
    ]),
    config: await configOf(b, adapter, keep + transplant, labels),
    pool,
    tokenizer: b.summary.tokenizerPath,
  };
}

function headOf({ classifier }: Transformer): ClassifierHead {
  if (classifier === undefined) {
    throw new TypeError('A translated model has a head.');
  }
  return classifier;
}

/**
 * Writes it into a folder.
 * @param beforePart as of `writeSafetensors`
 * @returns names of the files
 * @throws VocabScopeError `missingTokenizer`, `invalidTokenizer`; CancelledError; as `writeSafetensors`
 */
export async function writeTranslatedCheckpoint(
  folder: string,
  { tensors, config, pool, tokenizer }: TranslatedCheckpoint,
  beforePart: (done: number, total: number) => void,
): Promise<readonly string[]> {
  const write = (name: string, value: unknown): Promise<void> =>
    writeFile(path.join(folder, name), `${JSON.stringify(value, null, 2)}\n`);
  await writeSafetensors(path.join(folder, TRANSLATED_WEIGHTS), tensors, beforePart);
  await write(CONFIG, config);
  await write(TRAINING, { pool });
  const files = tokenizer === null ? [] : await findTokenizerFiles(tokenizer);
  const contents = await readTokenizerFiles(files);
  for (const { role, path: from } of files) {
    await writeFile(path.join(folder, path.basename(from)), contents[role] ?? '');
  }
  return [TRANSLATED_WEIGHTS, CONFIG, TRAINING, ...files.map((file) => path.basename(file.path))];
}
