import { VocabScopeError } from '../core/errors';
import { parseMatrixId } from '../core/model/componentId';
import type { MatmulBackend } from '../core/projection/backend';
import { findSteps } from '../formats/findSteps';
import { countNonFinite } from '../formats/countNonFinite';
import { identifyFile, sameIdentity } from '../io/identity';
import type { DiffParams } from '../protocol/displacement';
import type { EngineMethod, EngineParams, EngineResult } from '../protocol/engineApi';
import type { ModelSummary } from '../protocol/modelSummary';
import { alignHeads } from './alignment/alignHeads';
import { alignLayers } from './alignment/alignLayers';
import { alignRows } from './alignment/alignRows';
import { counterparts } from './alignment/counterparts';
import { DiskCache } from './cache/diskCache';
import type { WorkContext } from './context';
import { exportComparison } from './export/exportComparison';
import { exportReadings } from './export/exportReadings';
import { runText } from './forward/runText';
import { lazy } from './lazy';
import { readBesideBase } from './displacement/besideBase';
import { diffComponents, diffRows } from './displacement/diffRows';
import { diffModels } from './displacement/diffModels';
import { Displacement } from './displacement/displacement';
import { layerPushes } from './displacement/layerPushes';
import { changedOnly } from './displacement/tensorChanges';
import { MemoryBudget } from './memoryBudget';
import { openModel, type OpenDependencies } from './model/open';
import type { OpenModel } from './model/openModel';
import { createOnnxBackend } from './onnx/onnxBackend';
import { OnnxSessions } from './onnx/onnxSessions';
import { physicalCores } from './onnx/physicalCores';
import { headMap, headOverviews } from './pairs/headMap';
import { readDirections } from './pairs/readDirections';
import { readPairs } from './pairs/readPairs';
import { readHistogram, readShapes } from './reading/histogram';
import { readComponentRange } from './reading/readComponents';
import { summariseSpace } from './reading/spaceSummary';
import { readWeights } from './reading/weights';
import { nearestRows } from './relations/neighbours';
import { readPartner } from './relations/partner';
import { readTokenMap } from './relations/tokenMap';
import { overview } from './scan/overview';
import { rowIds, rowPage } from './scan/rowPage';
import { scanMatrix, tablePartOf } from './scan/scanMatrix';
import { overviewOf } from './scan/scanTable';
import { matchTokens } from './search/findToken';
import { classify } from './stitch/classify';
import { classifyStitched } from './stitch/classifyStitched';
import { readColumns } from './stitch/records';
import { exportStitched } from './stitch/export/exportStitched';
import { stitch } from './stitch/stitch';
import { stitchExamples } from './stitch/stitchExamples';
import { trainingSteps } from './steps/trainingSteps';
import { searchTokens } from './search/searchTokens';
import { tensorPage } from './model/tensorPage';
import { vocabularyPage, tokensById } from './reading/vocabularyPage';

/** What an engine needs to know of the machine it runs on. */
export interface EngineOptions {
  /** Where results are kept between sessions; null: nowhere. */
  readonly cacheFolder: string | null;
  readonly cacheLimitBytes: number;
  /** Embeddings that do not fit are streamed from the file. */
  readonly memoryBudgetBytes: number;
  /** Threads of a multiplication; absent or 0: one per physical core. */
  readonly threads?: number;
  /** Stands in for ONNX Runtime in tests. */
  readonly backend?: MatmulBackend;
}

/** Methods of the engine, each with the context of its request. */
type Methods<Some extends EngineMethod> = {
  readonly [M in Some]: (params: EngineParams<M>, context: WorkContext) => Promise<EngineResult<M>>;
};

export type EngineService = Methods<EngineMethod> & { dispose(): Promise<void> };

/** Open models by handle. */
class Models {
  private readonly open = new Map<string, OpenModel>();
  private opened = 0;

  constructor(private readonly dependencies: OpenDependencies) {}

  async add(params: EngineParams<'open'>): Promise<OpenModel> {
    this.opened += 1;
    const model = await openModel(`model-${String(this.opened)}`, params, this.dependencies);
    this.open.set(model.summary.model, model);
    return model;
  }

  /** A model that nobody has a handle of: who opens it closes it. */
  openBeside(path: string): Promise<OpenModel> {
    return openModel(path, { path }, this.dependencies);
  }

  /** @throws VocabScopeError `notFound` */
  get(handle: string): OpenModel {
    const model = this.open.get(handle);
    if (model === undefined) {
      throw new VocabScopeError('notFound', 'This model is no longer open; open it again.');
    }
    return model;
  }

  async remove(handle: string): Promise<void> {
    const model = this.open.get(handle);
    this.open.delete(handle);
    await model?.close();
  }

  async dispose(): Promise<void> {
    await Promise.all([...this.open.keys()].map((handle) => this.remove(handle)));
  }
}

async function hasChanged(model: OpenModel): Promise<boolean> {
  const now = await Promise.all(
    model.checkpoint.files.map((file) => identifyFile(file).catch(() => undefined)),
  );
  return model.files.some((then, index) => {
    const found = now[index];
    return found === undefined || !sameIdentity(then, found);
  });
}

/** Two models by the tokens that both have. */
function alignmentMethods(
  models: Models,
): Methods<'align' | 'alignRows' | 'counterparts' | 'alignHeads'> {
  const both = ({ model, other }: { model: string; other: string }): [OpenModel, OpenModel] => [
    models.get(model),
    models.get(other),
  ];
  return {
    align: (params, context) => alignLayers(...both(params), params, context),
    alignRows: (params, context) => alignRows(...both(params), params, context),
    counterparts: (params, context) => counterparts(...both(params), params, context),
    alignHeads: (params, context) => alignHeads(...both(params), params, context),
  };
}

/** What is asked of a model and its base. */
function diffMethods(
  models: Models,
): Methods<
  'diff' | 'diffTensors' | 'diffRows' | 'diffComponents' | 'diffLayers' | 'steps' | 'findSteps'
> {
  const displacement = (
    { model, other }: DiffParams,
    context: WorkContext,
  ): Promise<Displacement> => Displacement.of(models.get(other), models.get(model), context);
  return {
    diff: ({ model, other }, context) => diffModels(models.get(other), models.get(model), context),
    diffTensors: async (params, context) => {
      const { tensors } = await displacement(params, context);
      const { start, count } = params;
      const listed = params.changedOnly === true ? changedOnly(tensors) : tensors;
      return { rows: listed.slice(start, start + count), total: listed.length };
    },
    diffRows: async (params, context) => {
      const found = await displacement(params, context);
      const { rows, total } = await diffRows(found, params, context);
      return params.readings === true
        ? { rows, total, readings: await readBesideBase(found, rows, params.options, context) }
        : { rows, total };
    },
    diffComponents: async (params, context) => {
      const found = await displacement(params, context);
      const rows = await diffComponents(found, params, context);
      return params.readings === true
        ? { rows, readings: await readBesideBase(found, rows, params.options, context) }
        : { rows };
    },
    diffLayers: async (params, context) => ({
      rows: await layerPushes(await displacement(params, context), params, context),
    }),
    steps: (params, context) =>
      trainingSteps(
        params.steps.map((each) => models.get(each)),
        params,
        context,
      ),
    findSteps: ({ path }) => findSteps(path),
  };
}

/** Models and what their files hold. */
function modelMethods(
  models: Models,
): Methods<'open' | 'close' | 'changed' | 'tensors' | 'scanNonFinite' | 'tokens' | 'vocabulary'> {
  return {
    open: async (params) => (await models.add(params)).summary,
    close: ({ model }) => models.remove(model),
    changed: ({ model }) => hasChanged(models.get(model)),
    tensors: (params) => Promise.resolve(tensorPage(models.get(params.model), params)),
    scanNonFinite: ({ model }, context) => countNonFinite(models.get(model).checkpoint, context),
    tokens: ({ model, ids }, context) => tokensById(models.get(model), ids, context),
    vocabulary: (params, context) => vocabularyPage(models.get(params.model), params, context),
  };
}

/** What rows say. */
function readingMethods(
  models: Models,
): Methods<'space' | 'readRows' | 'histogram' | 'shapes' | 'weights'> {
  return {
    space: ({ model, space, options: reading }, context) =>
      summariseSpace(models.get(model), space, reading, context),
    readRows: (params, context) => readComponentRange(models.get(params.model), params, context),
    histogram: ({ model, component, options: reading }, context) =>
      readHistogram(models.get(model), component, reading, context),
    shapes: async ({ model, components, options: reading }, context) => ({
      rows: await readShapes(models.get(model), components, reading, context),
    }),
    weights: (params) => readWeights(models.get(params.model), params),
  };
}

/** What heads say. */
function headMethods(models: Models): Methods<'pairs' | 'headMap' | 'scanHeads' | 'directions'> {
  return {
    pairs: ({ model, ...asked }, context) => readPairs(models.get(model), asked, context),
    headMap: async ({ model, options: asked }, context) => ({
      heads: await headMap(models.get(model), asked, context),
    }),
    scanHeads: async ({ model, components, options: asked }, context) => ({
      heads: await headOverviews(models.get(model), components, asked, context),
    }),
    directions: async ({ model, components, options: reading }, context) => ({
      rows: await readDirections(models.get(model), components, reading, context),
    }),
  };
}

/** Whole tables, and what is found in them. */
function tableMethods(
  models: Models,
): Methods<'scan' | 'rowPage' | 'rowIds' | 'overview' | 'matchTokens' | 'search'> {
  return {
    scan: async ({ model, matrix, options: reading }, context) => {
      const opened = models.get(model);
      const part = tablePartOf(opened, parseMatrixId(matrix));
      return overviewOf(matrix, await scanMatrix(opened, part, reading, context));
    },
    rowPage: (params, context) => rowPage(models.get(params.model), params, context),
    rowIds: (params, context) => rowIds(models.get(params.model), params, context),
    overview: ({ model, options: reading }, context) =>
      overview(models.get(model), reading, context),
    matchTokens: ({ model, text }, context) => matchTokens(models.get(model), text, context),
    search: async (params, context) => ({
      results: await searchTokens(models.get(params.model), params, context),
    }),
  };
}

/** Rows beside other rows, layers beside layers. */
function relationMethods(models: Models): Methods<'partner' | 'neighbours' | 'tokenMap'> {
  return {
    partner: (params, context) => readPartner(models.get(params.model), params, context),
    neighbours: (params, context) => nearestRows(models.get(params.model), params, context),
    tokenMap: (params, context) => readTokenMap(models.get(params.model), params, context),
  };
}

/** Texts that models run. */
function forwardMethods(
  models: Models,
  runtime: () => OnnxSessions,
): Methods<
  | 'run'
  | 'stitch'
  | 'stitchExamples'
  | 'exportStitched'
  | 'classify'
  | 'classifyStitched'
  | 'dataColumns'
> {
  return {
    run: (params, context) => runText(models.get(params.model), params, context),
    stitch: (params, context) =>
      stitch(models.get(params.model), models.get(params.base), params, context),
    exportStitched: (params, context) =>
      exportStitched(models.get(params.model), models.get(params.base), params, context),
    classify: (params, context) =>
      classify(params, runtime(), (folder) => models.openBeside(folder), context),
    stitchExamples: (params, context) =>
      stitchExamples(models.get(params.model), models.get(params.base), params, context),
    classifyStitched: (params, context) =>
      classifyStitched(models.get(params.model), models.get(params.base), params, context),
    dataColumns: ({ file }) => readColumns(file),
  };
}

/**
 * The engine, in whatever process: opens models, reads and scans them. It never imports `vscode`, and loads ONNX
 * Runtime only when something is multiplied.
 */
export function createEngineService(options: EngineOptions): EngineService {
  const { cacheFolder, cacheLimitBytes } = options;
  const cache = cacheFolder === null ? null : new DiskCache(cacheFolder, cacheLimitBytes);
  const { threads = 0 } = options;
  const runtime = lazy(() => new OnnxSessions(threads > 0 ? threads : physicalCores()));
  const models = new Models({
    cache,
    budget: new MemoryBudget(options.memoryBudgetBytes),
    backend: lazy(() => options.backend ?? createOnnxBackend({ threads })),
    runtime,
  });
  const summaryOf = (handle: string): ModelSummary => models.get(handle).summary;
  const compared = { ...alignmentMethods(models), ...diffMethods(models) };
  return {
    ...modelMethods(models),
    ...readingMethods(models),
    ...headMethods(models),
    ...tableMethods(models),
    ...relationMethods(models),
    ...forwardMethods(models, runtime),
    export: (params, context) => exportReadings(models.get(params.model), params, context),
    exportComparison: (params, context) =>
      exportComparison({ ...compared, summaryOf }, params, context),
    ...compared,
    clearCache: async () => ({ bytes: (await cache?.clear()) ?? 0 }),
    dispose: () => models.dispose(),
  };
}
