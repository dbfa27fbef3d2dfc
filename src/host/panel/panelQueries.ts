import { CancelledError } from '../../core/errors';
import type { EngineMethod, ProgressReport } from '../../protocol/engineApi';
import { ENGINE_METHODS } from '../../protocol/engineWire';
import type { PanelAnswer, PanelProgress, PanelQuery } from '../../protocol/panelApi';
import { EngineFailure, failureOf } from '../engine/engineFailure';
import type { EngineClient } from '../engine/supervisor';

/** What a panel may not ask: models, files and the cache are the host's. */
const HOST_METHODS: readonly EngineMethod[] = [
  'open',
  'close',
  'export',
  'exportComparison',
  'exportStitched',
  'dataColumns',
  'findSteps',
  'classify',
  'clearCache',
];
const PANEL_METHODS = ENGINE_METHODS.filter((method) => !HOST_METHODS.includes(method));

/** A request of the page under way. Pages come and go; a scan outlives them and is taken up by the next one. */
interface Work {
  readonly result: Promise<unknown>;
  readonly abort: AbortController;
  onProgress: ((progress: ProgressReport) => void) | undefined;
}

/** The engine's answers to one panel, whose page VS Code throws away whenever it is hidden. */
export class PanelQueries {
  /** By the page's own number; a new page counts from the beginning. */
  #byId = new Map<number, Work>();
  readonly #scans = new Map<string, Work>();

  constructor(
    private readonly engine: EngineClient,
    private readonly sendProgress: (progress: PanelProgress) => void,
  ) {}

  /** Never rejects: refusals and cancels are answers. */
  async answer(model: string, { id, method, params }: PanelQuery): Promise<PanelAnswer> {
    const page = this.#byId;
    try {
      if (!PANEL_METHODS.includes(method)) {
        throw new EngineFailure('usage', `A panel cannot ask for "${method}".`);
      }
      const work = this.#work({ model, method, params });
      page.set(id, work);
      work.onProgress = (progress) => this.sendProgress({ id, progress });
      return { ok: await work.result } as PanelAnswer;
    } catch (error) {
      return error instanceof CancelledError ? { cancelled: true } : { error: failureOf(error) };
    } finally {
      page.delete(id);
    }
  }

  cancel(id: number): void {
    this.#byId.get(id)?.abort.abort();
  }

  /** The page is gone: nobody waits for its answers, but scans run on and are kept by the engine. */
  forgetPage(): void {
    const scans = new Set(this.#scans.values());
    for (const work of this.#byId.values()) {
      if (scans.has(work)) work.onProgress = undefined;
      else work.abort.abort();
    }
    this.#byId = new Map();
  }

  dispose(): void {
    this.cancelAll();
  }

  /** Ends everything that is under way, scans too. */
  cancelAll(): void {
    for (const work of [...this.#byId.values(), ...this.#scans.values()]) work.abort.abort();
  }

  #work(query: { model: string } & Pick<PanelQuery, 'method' | 'params'>): Work {
    if (query.method !== 'scan') return this.#start(query);
    const key = JSON.stringify(query);
    const running = this.#scans.get(key);
    if (running !== undefined && !running.abort.signal.aborted) return running;
    const scan = this.#start(query);
    this.#scans.set(key, scan);
    const forget = (): void => {
      if (this.#scans.get(key) === scan) this.#scans.delete(key);
    };
    scan.result.then(forget, forget);
    return scan;
  }

  #start({
    model,
    method,
    params,
  }: { model: string } & Pick<PanelQuery, 'method' | 'params'>): Work {
    const abort = new AbortController();
    const work: Work = {
      abort,
      onProgress: undefined,
      result: this.engine.call(
        method,
        { ...params, model },
        {
          signal: abort.signal,
          onProgress: (progress) => work.onProgress?.(progress),
        },
      ),
    };
    return work;
  }
}
