/** A model that does not exist, answered without an engine: any size, every kind of token, quick. */
import { CancelledError } from '../../../src/core/errors';
import type {
  EngineMethod,
  EngineParams,
  EngineResult,
  MatrixOverview,
} from '../../../src/protocol/engineApi';
import type { ModelSummary } from '../../../src/protocol/modelSummary';
import { chance } from './chance';
import type { Answer } from './panelHost';
import * as details from './syntheticDetails';
import { SyntheticAlignment } from './syntheticAlignment';
import { SyntheticChanges } from './syntheticChanges';
import { SyntheticSteps } from './syntheticSteps';
import { SyntheticStitching } from './syntheticStitching';
import { SyntheticHeads } from './syntheticHeads';
import { OMITTED, read, reading, tableRow } from './syntheticRows';
import { matchSynthetic, searchSynthetic, tokensOf, type ListRow } from './syntheticSearch';

const LAYERS = 4;
const HEADS = 4;
const D_HEAD = 8;
const D_FF = 64;
/** Rows of the embedding: more than any element is high. */
export const MANY_ROWS = 1_000_000;

export const SYNTHETIC_SUMMARY: ModelSummary = {
  model: 'synthetic',
  name: 'synthetic',
  canonicalPath: '/models/synthetic/model.safetensors',
  files: ['/models/synthetic/model.safetensors'],
  configPath: '/models/synthetic/config.json',
  tokenizerPath: null,
  tokenizerFiles: [],
  chosenConfig: false,
  chosenTokenizer: false,
  offeredConfig: null,
  offeredTokenizer: '/models/tokenizer.json',
  format: 'safetensors',
  architecture: 'gpt2',
  shape: {
    architecture: 'gpt2',
    nLayers: LAYERS,
    nHeads: HEADS,
    nKvHeads: HEADS,
    dModel: 32,
    dHead: D_HEAD,
    dFf: D_FF,
    dVocab: MANY_ROWS,
    tied: true,
    gated: false,
    norm: 'layernorm',
    normPlacement: 'pre',
    positions: 'learned',
    experts: 0,
  },
  architectureProblem: null,
  tokenizer: { kind: 'byte-level-bpe', size: MANY_ROWS - 8 },
  tokenizerProblem: null,
  paddingRows: 8,
  foldRefusal: null,
  matrices: [
    { id: 'E', kind: 'E', rows: MANY_ROWS },
    ...Array.from({ length: LAYERS }, (_, layer) => [
      { id: `L${layer}.FF.K`, kind: 'FF.K' as const, layer, rows: D_FF },
      { id: `L${layer}.FF.V`, kind: 'FF.V' as const, layer, rows: D_FF },
      ...(['Q', 'K', 'V', 'O'] as const).map((kind) => ({
        id: `L${layer}.${kind}`,
        kind,
        layer,
        rows: HEADS * D_HEAD,
      })),
    ]).flat(),
  ],
  labels: [],
  tensorCount: 3,
  parameters: 124_439_808,
  warnings: [],
};

function rowIds(matrix: string, start: number, count: number): string[] {
  const heads = /^L\d+\.[QKVO]$/u.test(matrix);
  return Array.from({ length: count }, (_, at) => {
    const row = start + at;
    if (!heads) return `${matrix}[${row}]`;
    const [layer = '', kind = ''] = matrix.split('.');
    return `${layer}.H${Math.floor(row / D_HEAD)}.${kind}[${row % D_HEAD}]`;
  });
}

function rowsOf(matrix: string): number {
  const listed = SYNTHETIC_SUMMARY.matrices.find(({ id }) => id === matrix);
  return listed?.rows ?? D_HEAD;
}

/** Answers of the synthetic engine, and how its work can be slowed down or made to fail. */
export class SyntheticEngine {
  readonly scanned = new Map<string, MatrixOverview>();
  readonly heads = new SyntheticHeads(read);
  readonly alignment = new SyntheticAlignment(read);
  readonly changes = new SyntheticChanges(() => SYNTHETIC_SUMMARY.matrices);
  readonly training = new SyntheticSteps(
    SYNTHETIC_SUMMARY.matrices.flatMap(({ id, layer }) => (layer === undefined ? [] : [id])),
    read,
  );
  readonly stitching = new SyntheticStitching();
  /** How long each of the ten steps of a scan takes. */
  scanStepMs = 1;
  /** How long each of the ten steps of a search takes. */
  searchStepMs = 0;
  /** How long it takes to judge rows; their words come at once. */
  judgeMs = 0;
  /** How long each of the two steps of a search of neighbours takes. */
  neighbourStepMs = 0;
  /** Thrown by the next query of a method. */
  readonly failures = new Map<EngineMethod, { reason: string; message: string }>();
  /** Thrown by every query of a method. */
  readonly broken = new Map<EngineMethod, { reason: string; message: string }>();

  readonly answer: Answer = async (method, params, { cancellation, onProgress }) => {
    const failure = this.failures.get(method) ?? this.broken.get(method);
    if (failure !== undefined) {
      this.failures.delete(method);
      throw Object.assign(new Error(failure.message), failure);
    }
    switch (method) {
      case 'overview':
        return this.#overview();
      case 'rowPage':
        await this.#judge(params);
        return this.#rowPage(params as EngineParams<'rowPage'>);
      case 'rowIds': {
        const { rows, total } = this.#rowPage(params as EngineParams<'rowPage'>);
        return { ids: rows.map(({ component }) => component), total };
      }
      case 'readRows': {
        const { components, options, statistics } = params as EngineParams<'readRows'>;
        await this.#judge({ statistics: statistics !== false });
        return { rows: components.map((id) => reading(id, options.k, statistics !== false)) };
      }
      case 'scan':
        return this.#scan(params as EngineParams<'scan'>, cancellation, (done, total) => {
          onProgress({ method: 'scan', done, total, unit: 'rows' });
        });
      case 'pairs':
      case 'headMap':
      case 'scanHeads':
      case 'directions':
        return this.heads.answer(method, params, { cancellation, onProgress });
      case 'align':
        return this.alignment.align(params as EngineParams<'align'>, { cancellation, onProgress });
      case 'alignHeads':
        return this.alignment.heads(params as EngineParams<'alignHeads'>);
      case 'counterparts':
        return this.alignment.counterparts(params as EngineParams<'counterparts'>);
      case 'alignRows':
        return this.alignment.rows(params as EngineParams<'alignRows'>);
      case 'diff':
      case 'diffRows':
      case 'diffComponents':
      case 'diffLayers':
      case 'diffTensors':
        return this.changes.answer(method, params, { cancellation, onProgress });
      case 'steps':
        return this.training.answer(params as EngineParams<'steps'>, { cancellation, onProgress });
      case 'stitch':
        return this.stitching.stitch(params as EngineParams<'stitch'>, {
          cancellation,
          onProgress,
        });
      case 'stitchExamples':
        return this.stitching.examples(params as EngineParams<'stitchExamples'>);
      case 'classifyStitched':
        return this.stitching.classify(params as EngineParams<'classifyStitched'>);
      case 'histogram':
        return details.histogram(params as EngineParams<'histogram'>);
      case 'shapes':
        return details.shapes(params as EngineParams<'shapes'>);
      case 'partner':
        return details.partner(params as EngineParams<'partner'>, read);
      case 'neighbours':
        return this.#neighbours(
          params as EngineParams<'neighbours'>,
          cancellation,
          (done, total) => {
            onProgress({ method, done, total, unit: 'tables' });
          },
        );
      case 'tokenMap':
        return details.tokenMap(params as EngineParams<'tokenMap'>, read);
      case 'weights':
        return details.weights(params as EngineParams<'weights'>);
      case 'space':
        return this.#space(params as EngineParams<'space'>);
      case 'tensors':
        return details.tensors(MANY_ROWS);
      case 'matchTokens':
        return matchSynthetic(params as EngineParams<'matchTokens'>);
      case 'tokens':
        return tokensOf(params as EngineParams<'tokens'>);
      case 'search': {
        const layers = SYNTHETIC_SUMMARY.matrices.filter(({ layer }) => layer !== undefined);
        const components = layers.flatMap(({ id, rows }) => rowIds(id, 0, rows));
        const list = (id: string): ReturnType<ListRow> => {
          const { z, speaks, top, bottom } = tableRow(id, true);
          return { z, words: { speaks, top, bottom } };
        };
        const report = (done: number): void => {
          onProgress({ method: 'search', done, total: 1e7, unit: 'bytes' });
        };
        return searchSynthetic(
          params as EngineParams<'search'>,
          components,
          list,
          this.searchStepMs,
          { cancellation, onProgress: report },
        );
      }
      case 'open':
      case 'close':
      case 'changed':
      case 'clearCache':
      case 'export':
      case 'exportComparison':
      case 'run':
      case 'findSteps':
      case 'exportStitched':
      case 'classify':
      case 'dataColumns':
      case 'scanNonFinite':
      case 'vocabulary':
        throw new Error(`The panel does not ask for ${method}.`);
    }
  };

  async #judge({ statistics }: { statistics?: boolean }): Promise<void> {
    if (statistics === false || this.judgeMs === 0) return;
    await new Promise((resolve) => setTimeout(resolve, this.judgeMs));
  }

  #overview(): EngineResult<'overview'> {
    const readable = [...this.scanned.keys()]
      .filter((matrix) => matrix !== 'E')
      .flatMap((matrix) => rowIds(matrix, 0, rowsOf(matrix)).map((id) => tableRow(id, true)))
      .sort((a, b) => (b.z ?? 0) - (a.z ?? 0));
    return { matrices: [...this.scanned.values()], readable: readable.slice(0, 40) };
  }

  #rowPage({
    matrix,
    start,
    count,
    sort,
    descending,
    filter,
    statistics,
  }: EngineParams<'rowPage'>): EngineResult<'rowPage'> {
    const total = rowsOf(matrix);
    const table = matrix.replace(/\.H\d+/u, '');
    const scan = this.scanned.get(table);
    const page = {
      start,
      matrixRows: total,
      scanned: scan !== undefined,
      standOut: scan?.standOut ?? null,
    };
    if ((scan === undefined && sort !== 'norm') || total > 10_000) {
      const chosen = filter?.components;
      const ids =
        chosen?.slice(start, start + count) ??
        rowIds(matrix, start, Math.max(0, Math.min(count, total - start)));
      return {
        ...page,
        rows: ids.map((id) => tableRow(id, statistics !== false || page.scanned)),
        total: chosen?.length ?? total,
      };
    }
    const field =
      sort === 'kurtosis'
        ? 'kurtosisCentered'
        : sort === 'rawKurtosis'
          ? 'kurtosis'
          : sort === 'row'
            ? 'z'
            : sort;
    const rows = rowIds(matrix, 0, total)
      .map((id) => tableRow(id, true))
      .filter((row) =>
        (filter?.numbers ?? []).every(
          ({ operator, value }) => (operator === '>') === (row[field] ?? 0) > value,
        ),
      )
      .filter(({ component }) => filter?.text === undefined || component.includes(filter.text))
      .filter(({ component }) => filter?.components?.includes(component) ?? true);
    if (sort !== 'row') {
      rows.sort((a, b) => (descending ? -1 : 1) * ((a[field] ?? 0) - (b[field] ?? 0)));
    }
    return { ...page, rows: rows.slice(start, start + count), total: rows.length };
  }

  async #scan(
    { matrix }: EngineParams<'scan'>,
    cancellation: AbortSignal,
    progress: (done: number, total: number) => void,
  ): Promise<MatrixOverview> {
    const rows = rowsOf(matrix);
    for (let step = 1; step <= 10; step += 1) {
      await new Promise((resolve) => setTimeout(resolve, this.scanStepMs));
      if (cancellation.aborted) throw new CancelledError();
      progress(Math.round((rows * step) / 10), rows);
    }
    const standOut = Math.round(rows * 0.6 * chance(matrix));
    const overview = { matrix, rows, standOut, meanNorm: 1.5, meanKurtosis: 4 * chance(matrix) };
    this.scanned.set(matrix, overview);
    return overview;
  }

  async #neighbours(
    params: EngineParams<'neighbours'>,
    cancellation: AbortSignal,
    progress: (done: number, total: number) => void,
  ): Promise<EngineResult<'neighbours'>> {
    for (let step = 1; step <= 2 && this.neighbourStepMs > 0; step += 1) {
      progress(step, 2);
      await new Promise((resolve) => setTimeout(resolve, this.neighbourStepMs));
      if (cancellation.aborted) throw new CancelledError();
    }
    return details.neighbours(params);
  }

  #space({ space }: EngineParams<'space'>): EngineResult<'space'> {
    const control = {
      directions: 256,
      kurtosisMean: 0.1,
      kurtosisStd: 0.2,
      kurtosisCenteredMean: 0.05,
      kurtosisCenteredStd: 0.15,
    };
    return {
      space,
      countedTokens: MANY_ROWS - 235,
      undertrained: 227,
      commonDirections: 1,
      omitted: OMITTED,
      control,
    };
  }
}
