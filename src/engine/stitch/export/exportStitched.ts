import { mkdir, readdir, rename, rm, rmdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { kernelMatrix } from '../../../core/analysis/stitchKernel';
import { checkCancelled, VocabScopeError } from '../../../core/errors';
import { explainFileError } from '../../../io/fileErrors';
import type { StitchExport, StitchExportParams } from '../../../protocol/stitch';
import type { WorkContext } from '../../context';
import type { OpenModel } from '../../model/openModel';
import { writeOnnxFile } from '../../onnx/onnxFile';
import { requireBlocks, StitchedModels } from '../stitchedModels';
import { modelCard, RUN_SCRIPT } from './card';
import { descriptionJson, measuredModel, type StitchedDescription } from './description';
import { stitchedGraph } from './stitchedGraph';

/** Files of an exported model. */
export const STITCHED_FILES = {
  graph: 'model.onnx',
  tokenizer: 'tokenizer.json',
  description: 'stitched.json',
  card: 'README.md',
  script: 'run.mjs',
} as const;

/** What a folder holds; undefined where there is none. */
async function namesIn(folder: string): Promise<readonly string[] | undefined> {
  try {
    return await readdir(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
      return undefined;
    }
    throw explainFileError(error, folder);
  }
}

/** @returns whether the folder exists, empty */
async function requireFree(folder: string): Promise<boolean> {
  const names = await namesIn(folder);
  if (names !== undefined && names.length > 0) {
    throw new VocabScopeError(
      'invalidData',
      `${folder} exists and is not empty: choose a folder that is new or empty.`,
    );
  }
  return names !== undefined;
}

async function describe(
  models: StitchedModels,
  params: StitchExportParams,
  context: WorkContext,
): Promise<{ description: StitchedDescription; kernel: ReturnType<typeof kernelMatrix> }> {
  const { a, b, excludeUndertrained } = models;
  const kernels = await models.kernels(false, context);
  const { before, after } = await b.encoding();
  const { keep, transplant, measured } = params;
  return {
    kernel: kernelMatrix(kernels.kernel),
    description: {
      labels: models.labels,
      max_tokens: models.maxTokens,
      before,
      after,
      recipe: {
        tuned: a.summary.name,
        base: b.summary.name,
        keep,
        transplant,
        pool: models.pool,
        pool_source: models.poolSource,
        final_norm: models.withFinalNorm,
        shared_tokens: kernels.tokens.vocabulary.shared,
        kernel_tokens: kernels.grams.tokens,
        exclude_undertrained: excludeUndertrained,
        ridge: kernels.kernel.ridge,
        condition: kernels.kernel.condition,
      },
      measured:
        measured === null
          ? null
          : measuredModel(path.basename(measured.file), measured.result, keep, transplant),
    },
  };
}

/**
 * Writes a stitched model into a folder: one ONNX file, its tokenizer, a description, a card and a script. The folder
 * appears when it is whole; nothing is left of an export that fails or is cancelled.
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
  const { kernel, description } = await describe(models, params, context);
  const tokenizer = (await b.encoding()).tokenizerJson();
  const temporary = `${folder}.${String(process.pid)}.${String(Date.now())}.tmp`;
  const write = (name: string, content: string): Promise<void> =>
    writeFile(path.join(temporary, name), content);
  try {
    await mkdir(temporary, { recursive: true });
    await writeOnnxFile(
      path.join(temporary, STITCHED_FILES.graph),
      stitchedGraph(models, kernel, params),
      (done, total) => {
        checkCancelled(context.cancellation);
        context.onProgress({ done, total, unit: 'bytes' });
      },
    );
    await write(STITCHED_FILES.tokenizer, JSON.stringify(tokenizer));
    await write(STITCHED_FILES.description, descriptionJson(description));
    await write(STITCHED_FILES.card, modelCard(description));
    await write(STITCHED_FILES.script, RUN_SCRIPT);
    checkCancelled(context.cancellation);
    // Fails, and keeps it, where the folder was filled meanwhile.
    if (exists) {
      await rmdir(folder);
    }
    await rename(temporary, folder);
  } catch (error) {
    await rm(temporary, { recursive: true, force: true });
    throw error instanceof Error && 'code' in error ? explainFileError(error, folder) : error;
  }
  return { folder, files: Object.values(STITCHED_FILES) };
}
