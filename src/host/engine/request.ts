import { CancelledError } from '../../core/errors';
import type { EngineMethod, EngineParams, ProgressReport } from '../../protocol/engineApi';
import type { EngineProcess, SentRequest } from './engineProcess';

export interface CallOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: ProgressReport) => void;
}

/** What the engine works on, for whoever shows that it works. */
export interface RunningWork {
  readonly method: EngineMethod;
  /** Host's handle of the model that it is about. */
  readonly model: string | undefined;
  readonly progress: ProgressReport | undefined;
}

interface RequestEvents {
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: Error) => void;
  readonly onCancel: () => void;
  /** Once, right before the caller hears. */
  readonly onEnd: () => void;
  readonly onProgress: () => void;
}

/** One call on its way: perhaps to several processes, one after the other, until it ends once. */
export class Request {
  /** The process that has it; undefined while it waits for one. */
  process: EngineProcess | undefined;
  #sent: SentRequest | undefined;
  #killTimer: NodeJS.Timeout | undefined;
  #progress: ProgressReport | undefined;
  #crashes = 0;
  #ended = false;

  constructor(
    readonly method: EngineMethod,
    readonly params: EngineParams<EngineMethod>,
    private readonly options: CallOptions,
    private readonly events: RequestEvents,
  ) {
    options.signal?.addEventListener('abort', events.onCancel, { once: true });
  }

  get isEnded(): boolean {
    return this.#ended;
  }

  get isCancelled(): boolean {
    return this.options.signal?.aborted === true;
  }

  /** Whether a process works on it. */
  get isSent(): boolean {
    return this.#sent !== undefined;
  }

  get work(): RunningWork {
    return {
      method: this.method,
      model: 'model' in this.params ? this.params.model : undefined,
      progress: this.#progress,
    };
  }

  /** Resolves and rejects as the process answers. */
  send(process: EngineProcess, engineParams: unknown): Promise<unknown> {
    const onProgress = (progress: ProgressReport): void => {
      if (this.process !== process || this.isCancelled) return;
      this.#progress = progress;
      this.options.onProgress?.(progress);
      this.events.onProgress();
    };
    this.#sent = process.request(this.method, engineParams, onProgress);
    return this.#sent.result;
  }

  /** Passes the cancel on; `onOverdue` where the request is not over in time. */
  cancelSent(graceMs: number, onOverdue: () => void): void {
    this.#sent?.cancel();
    this.#killTimer = setTimeout(onOverdue, graceMs);
  }

  /** Takes it from a process that is gone. @returns crashes that it was under way in */
  takeBack(crashed: boolean): number {
    if (crashed && this.isSent) this.#crashes++;
    this.process = undefined;
    this.#sent = undefined;
    this.#progress = undefined;
    return this.#crashes;
  }

  /** Ends it; a cancelled one as cancelled, whatever came. */
  resolve(result: unknown): void {
    if (this.isCancelled) this.reject(new CancelledError());
    else if (this.#end()) this.events.resolve(result);
  }

  reject(error: Error): void {
    if (this.#end()) this.events.reject(error);
  }

  #end(): boolean {
    if (this.#ended) return false;
    this.#ended = true;
    this.options.signal?.removeEventListener('abort', this.events.onCancel);
    clearTimeout(this.#killTimer);
    this.events.onEnd();
    return true;
  }
}
