import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { kernelMatrix } from '../../../core/analysis/stitchKernel';
import { checkCancelled } from '../../../core/errors';
import type { StitchExport, StitchExportParams } from '../../../protocol/stitch';
import type { WorkContext } from '../../context';
import type { OpenModel } from '../../model/openModel';
import { writeOnnxFile } from '../../onnx/onnxFile';
import { requireBlocks, StitchedModels } from '../stitchedModels';
import {
  translatedCheckpoint,
  writeTranslatedCheckpoint,
} from '../translation/translatedCheckpoint';
import { modelCard, RUN_SCRIPT } from './card';
import { descriptionJson, measuredModel, type StitchedDescription } from './description';
import { requireFree, writeFolder } from './freshFolder';
import { stitchedGraph, type Route, type StitchedBlocks } from './stitchedGraph';

/** Files of an exported model. */
export const STITCHED_FILES = {
  graph: 'model.onnx',
  tokenizer: 'tokenizer.json',
  description: 'stitched.json',
  card: 'README.md',
  script: 'run.mjs',
} as const;

type BeforePart = (done: number, total: number) => void;

async function describe(
  models: StitchedModels,
  params: StitchExportParams,
  checkpointProblem: string | null,
  context: WorkContext,
): Promise<StitchedDescription> {
  const { a, b, excludeUndertrained } = models;
  const { kernel, tokens, grams } = await models.kernels(false, context);
  const { before, after } = await b.encoding();
  const { keep, transplant, translate = false, measured } = params;
  return {
    labels: models.labels,
    max_tokens: models.maxTokens,
    before,
    after,
    recipe: {
      tuned: a.summary.name,
      base: b.summary.name,
      keep,
      transplant,
      translated: translate,
      checkpoint_problem: checkpointProblem,
      pool: models.pool,
      pool_source: models.poolSource,
      final_norm: models.withFinalNorm,
      shared_tokens: tokens.vocabulary.shared,
      kernel_tokens: grams.tokens,
      exclude_undertrained: excludeUndertrained,
      ridge: kernel.ridge,
      ridge_back: translate ? (await models.back(context)).ridge : null,
      condition: kernel.condition,
    },
    measured:
      measured === null
        ? null
        : measuredModel(path.basename(measured.file), measured.result, params),
  };
}

/** The graph with its tokenizer and a script that runs it. @returns names of the files */
async function writeOnnx(
  folder: string,
  models: StitchedModels,
  route: Route,
  blocks: StitchedBlocks,
  beforePart: BeforePart,
): Promise<readonly string[]> {
  const { graph, tokenizer, script } = STITCHED_FILES;
  const tokenizerJson = (await models.b.encoding()).tokenizerJson();
  const model = stitchedGraph(models, route, blocks);
  await writeOnnxFile(path.join(folder, graph), model, beforePart);
  await writeFile(path.join(folder, tokenizer), JSON.stringify(tokenizerJson));
  await writeFile(path.join(folder, script), RUN_SCRIPT);
  return [graph, tokenizer, script];
}

/**
 * Writes a stitched model into a folder with a description and a card: one ONNX file, its tokenizer and a script; a
 * translated one as a checkpoint where B's format can hold it. The folder appears when it is whole; nothing is left of an
 * export that fails or is cancelled.
 * @throws VocabScopeError `invalidData` where the folder is not free; `limit`; as `StitchedModels.of`; CancelledError
 */
export async function exportStitched(
  a: OpenModel,
  b: OpenModel,
  params: StitchExportParams,
  context: WorkContext,
): Promise<StitchExport> {
  const models = await StitchedModels.of(a, b, params);
  requireBlocks(models, params);
  const folder = path.resolve(params.folder);
  const exists = await requireFree(folder);
  const tail = params.translate === true ? await models.translated(context) : null;
  const checkpoint = tail === null ? null : await translatedCheckpoint(models, tail, params);
  const problem = typeof checkpoint === 'string' ? checkpoint : null;
  const description = await describe(models, params, problem, context);
  const route: Route =
    tail === null
      ? { kernel: kernelMatrix((await models.kernels(false, context)).kernel), tail: a.ready() }
      : { kernel: null, tail };
  const beforePart: BeforePart = (done, total) => {
    checkCancelled(context.cancellation);
    context.onProgress({ done, total, unit: 'bytes' });
  };
  const fresh = { folder, part: path.resolve(params.part), exists };
  const files = await writeFolder(fresh, context, async (part) => {
    const written =
      checkpoint === null || typeof checkpoint === 'string'
        ? await writeOnnx(part, models, route, params, beforePart)
        : await writeTranslatedCheckpoint(part, checkpoint, beforePart);
    const { description: described, card } = STITCHED_FILES;
    await writeFile(path.join(part, described), descriptionJson(description));
    await writeFile(path.join(part, card), modelCard(description));
    return [...written, described, card];
  });
  return { folder, files, ...(problem === null ? {} : { checkpointProblem: problem }) };
}
