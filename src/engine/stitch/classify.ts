import path from 'node:path';
import { checkCancelled, VocabScopeError } from '../../core/errors';
import { readEncoding } from '../../core/tokenizer/encoding/encoder';
import { isFile } from '../../io/fileKind';
import { readTokenizerFiles } from '../../formats/tokenizerFiles';
import { readSmallText } from '../../io/smallFile';
import type { Classified, ClassifiedTexts, ClassifyParams } from '../../protocol/stitch';
import type { WorkContext } from '../context';
import { contextLength, encodeText } from '../forward/encodeText';
import type { OpenModel } from '../model/openModel';
import type { OnnxSessions } from '../onnx/onnxSessions';
import { readDescription, type StitchedDescription } from './export/description';
import { STITCHED_FILES } from './export/exportStitched';
import { judge, type TextLogits } from './judge';
import { logitsOf, runBlocks, RunCount } from './logits';
import { TRANSLATED_WEIGHTS } from './translation/translatedCheckpoint';

const MAX_DESCRIPTION_BYTES = 1024 * 1024;

/** An exported model, ready to judge. */
interface ExportedModel {
  readonly labels: readonly string[];
  readonly logitsOf: TextLogits;
  readonly close: () => Promise<void>;
}

/** How a folder that holds a checkpoint is opened. */
export type OpenFolder = (folder: string) => Promise<OpenModel>;

/** One that is a graph of ONNX with its tokenizer. */
async function openGraph(
  folder: string,
  { labels, max_tokens: maxTokens }: StitchedDescription,
  runtime: OnnxSessions,
): Promise<ExportedModel> {
  const file = path.join(folder, STITCHED_FILES.graph);
  const tokenizer = path.join(folder, STITCHED_FILES.tokenizer);
  const encoding = readEncoding(
    await readTokenizerFiles([{ role: 'tokenizerJson', path: tokenizer }]),
  );
  const session = await runtime.openFile(file);
  const logitsOf: TextLogits = async (text) => {
    const { ids, cut } = encoding.encode(text, maxTokens);
    if (ids.length === 0) {
      return undefined;
    }
    const input = { data: BigInt64Array.from(ids, BigInt), shape: [1, ids.length] };
    const logits = Float64Array.from((await session.run({ input_ids: input }))('logits'));
    return { logits, truncated: cut > 0 };
  };
  return { labels, logitsOf, close: () => session.release() };
}

/** One that is a checkpoint: a translated model. */
async function openCheckpoint(
  folder: string,
  { labels, max_tokens: maxTokens, recipe }: StitchedDescription,
  open: OpenFolder,
  { cancellation }: WorkContext,
): Promise<ExportedModel> {
  const model = await open(folder);
  try {
    const forward = model.forward();
    const layers = Array.from({ length: model.ready().transformer.shape.nLayers }, (_, i) => i);
    const end = { name: model.summary.name, forward, pool: recipe.pool, withFinalNorm: true };
    const most = Math.min(maxTokens, contextLength(model));
    // Progress is told in words, not in runs of blocks.
    const count = new RunCount({ cancellation, onProgress: () => undefined });
    const logitsOfText: TextLogits = async (text) => {
      const encoded = await encodeText(model, text, most);
      if (encoded === undefined) {
        return undefined;
      }
      const states = await runBlocks(forward, layers, [await forward.embed([encoded.ids])], count);
      return { logits: await logitsOf(end, states), truncated: encoded.cut > 0 };
    };
    return { labels, logitsOf: logitsOfText, close: () => model.close() };
  } catch (error) {
    await model.close();
    throw error;
  }
}

async function openExported(
  folder: string,
  runtime: OnnxSessions,
  open: OpenFolder,
  context: WorkContext,
): Promise<ExportedModel> {
  const [graph, weights, described] = [
    STITCHED_FILES.graph,
    TRANSLATED_WEIGHTS,
    STITCHED_FILES.description,
  ].map((name) => path.join(folder, name)) as [string, string, string];
  const isGraph = await isFile(graph);
  if (!(await isFile(described)) || !(isGraph || (await isFile(weights)))) {
    throw new VocabScopeError(
      'notFound',
      `${folder} holds no stitched model: ${STITCHED_FILES.description} is wanted beside ${STITCHED_FILES.graph} or ${TRANSLATED_WEIGHTS}, as vocabscope stitch --out writes them.`,
    );
  }
  const limit = { maxBytes: MAX_DESCRIPTION_BYTES, reason: 'invalidFile' } as const;
  const description = readDescription(await readSmallText(described, limit), described);
  return isGraph
    ? openGraph(folder, description, runtime)
    : openCheckpoint(folder, description, open, context);
}

/**
 * Judges texts with an exported model.
 * @throws VocabScopeError `notFound`, `invalidFile`, `invalidTokenizer`, `invalidData`, `limit`; of a checkpoint also
 * `runRefused`, `missingTokenizer`, `nonFinite` and as it is opened; CancelledError
 */
export async function classify(
  { folder, texts, words }: ClassifyParams,
  runtime: OnnxSessions,
  open: OpenFolder,
  context: WorkContext,
): Promise<ClassifiedTexts> {
  const where = path.resolve(folder);
  const {
    labels,
    logitsOf: logitsOfText,
    close,
  } = await openExported(where, runtime, open, context);
  const checked: TextLogits = async (text) => {
    const found = await logitsOfText(text);
    if (found !== undefined && found.logits.length !== labels.length) {
      throw new VocabScopeError(
        'invalidFile',
        `${where} gives ${found.logits.length} logits for ${labels.length} labels: export the model again.`,
      );
    }
    return found;
  };
  try {
    const rows: Classified[] = [];
    for (const text of texts) {
      checkCancelled(context.cancellation);
      rows.push(await judge(text, labels, checked, words, context));
    }
    return { labels, rows };
  } finally {
    await close();
  }
}
