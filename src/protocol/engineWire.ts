/** How `EngineApi` travels between host and engine process: vscode-jsonrpc over the IPC channel of a forked child. */
import type { EngineMethod } from './engineApi';

/** How the engine works; the host sends it once, before any other request. */
export interface EngineSettings {
  /** Where scans are kept; null: nowhere. */
  readonly cacheFolder: string | null;
  readonly cacheLimitBytes: number;
  readonly memoryBudgetBytes: number;
  /** 0: all physical cores. */
  readonly threads: number;
}

/** Every request but the first. `progress` is the token under which its progress is sent; null: nobody listens. */
export interface WireRequest<P = unknown> {
  readonly params: P;
  readonly progress: number | null;
}

/** Request with `EngineSettings`; its answer means that the engine is ready. */
export const INITIALIZE_METHOD = 'engine/initialize';

/** Error code of a request that ended because it was cancelled (the code that language servers use). */
export const CANCELLED_CODE = -32_800;
/** Error code of a refusal; the error's data is a `Failure`. */
export const FAILED_CODE = 1;

const METHODS: Readonly<Record<EngineMethod, true>> = {
  open: true,
  close: true,
  changed: true,
  tensors: true,
  scanNonFinite: true,
  tokens: true,
  vocabulary: true,
  space: true,
  readRows: true,
  pairs: true,
  headMap: true,
  scanHeads: true,
  directions: true,
  histogram: true,
  shapes: true,
  scan: true,
  rowPage: true,
  rowIds: true,
  overview: true,
  matchTokens: true,
  search: true,
  partner: true,
  neighbours: true,
  align: true,
  alignRows: true,
  counterparts: true,
  alignHeads: true,
  tokenMap: true,
  weights: true,
  export: true,
  exportComparison: true,
  run: true,
  steps: true,
  findSteps: true,
  diff: true,
  diffTensors: true,
  diffRows: true,
  diffComponents: true,
  diffLayers: true,
  stitch: true,
  exportStitched: true,
  classify: true,
  classifyStitched: true,
  stitchExamples: true,
  dataColumns: true,
  clearCache: true,
};

/** All methods of `EngineApi`, at run time. */
export const ENGINE_METHODS = Object.keys(METHODS) as readonly EngineMethod[];
