import { CancelledError, messageOf } from '../../core/errors';
import type {
  EngineMethod,
  EngineParams,
  EngineResult,
  OpenParams,
} from '../../protocol/engineApi';
import type { EngineSettings } from '../../protocol/engineWire';
import type { ModelSummary } from '../../protocol/modelSummary';
import type { EngineState } from '../../protocol/panelApi';
import { Listeners } from '../base/listeners';
import { EngineFailure } from './engineFailure';
import { ProcessGone, type EngineProcess } from './engineProcess';
import { ModelHandles } from './modelHandles';
import { Request, type CallOptions, type RunningWork } from './request';
import { RestartPolicy } from './restartPolicy';

/** A request that has not ended this long after its cancel ends with its process. */
const CANCEL_GRACE_MS = 500;
/** Starting takes a fraction of a second; a process that needs this long hangs. */
const START_TIMEOUT_MS = 30_000;
/** Waits before the first, second, … start after crashes without an answer between them. */
const RESTART_DELAYS_MS = [0, 250, 1_000, 3_000];
/** A request is sent once more after a crash, not again and again: it may be what crashes the engine. */
const MAX_CRASHES_PER_REQUEST = 2;

/** Typed by the one list of methods. Whoever needs the engine takes this and no more. */
export interface EngineClient {
  /**
   * Asks the engine. Handles of models are the host's and outlive the engine's process. A cancelled call
   * rejects when the engine has really stopped working on it.
   * @throws EngineFailure, CancelledError
   */
  call<M extends EngineMethod>(
    method: M,
    params: EngineParams<M>,
    options?: CallOptions,
  ): Promise<EngineResult<M>>;
}

export interface SupervisorOptions {
  readonly start: () => EngineProcess;
  readonly settings: () => EngineSettings;
  readonly log: (line: string) => void;
  readonly cancelGraceMs?: number;
  readonly startTimeoutMs?: number;
  readonly restartDelaysMs?: readonly number[];
}

type Phase =
  | { readonly name: 'idle' | 'failed' | 'disposed' }
  | { readonly name: 'waiting'; readonly timer: NodeJS.Timeout }
  | { readonly name: 'starting'; readonly process: EngineProcess; readonly timer: NodeJS.Timeout }
  | { readonly name: 'ready'; readonly process: EngineProcess };

/** Why a process was given up. Only a crash is told to people, and counted. */
type EndCause = 'crash' | 'cancel' | 'restart';

/**
 * Keeps one engine process for everybody: starts it when it is first needed, ends it where a request does not
 * heed its cancel, starts another after a crash, opens again what was open and sends again what was under way.
 * Every call settles, whatever becomes of the process.
 */
export class EngineSupervisor implements EngineClient {
  readonly #options: Required<SupervisorOptions>;
  readonly #requests = new Set<Request>();
  readonly #models = new ModelHandles();
  readonly #policy: RestartPolicy;
  readonly #stateChanged = new Listeners<EngineState>();
  readonly #workChanged = new Listeners<readonly RunningWork[]>();
  #phase: Phase = { name: 'idle' };
  /** Since a crash until the engine is ready again. */
  #recovering = false;

  constructor(options: SupervisorOptions) {
    this.#options = {
      cancelGraceMs: CANCEL_GRACE_MS,
      startTimeoutMs: START_TIMEOUT_MS,
      restartDelaysMs: RESTART_DELAYS_MS,
      ...options,
    };
    this.#policy = new RestartPolicy(this.#options.restartDelaysMs);
  }

  /** `starting` and `restarted` after a crash, `failed`, `ready` again; nothing where a cancel ended the process. */
  readonly onDidChangeState = this.#stateChanged.event;
  /** All requests under way, whenever one begins, ends or gets on. */
  readonly onDidChangeWork = this.#workChanged.event;

  get state(): EngineState {
    if (this.#phase.name === 'failed') return 'failed';
    return this.#recovering ? 'starting' : 'ready';
  }

  /** Of the running process. */
  get pid(): number | undefined {
    return this.#process?.pid;
  }

  call<M extends EngineMethod>(
    method: M,
    params: EngineParams<M>,
    options: CallOptions = {},
  ): Promise<EngineResult<M>> {
    if (method === 'close') {
      this.#close((params as EngineParams<'close'>).model);
      return Promise.resolve(undefined as EngineResult<M>);
    }
    return new Promise((resolve, reject) => {
      if (options.signal?.aborted === true || this.#phase.name === 'disposed') {
        reject(new CancelledError());
        return;
      }
      if (this.#phase.name === 'failed') {
        reject(failedForGood());
        return;
      }
      const request = new Request(method, params, options, {
        resolve: (result) => resolve(result as EngineResult<M>),
        reject,
        onCancel: () => this.#cancel(request),
        onEnd: () => {
          this.#requests.delete(request);
          this.#reportWork();
        },
        onProgress: () => this.#reportWork(),
      });
      this.#requests.add(request);
      this.#reportWork();
      this.#advance();
    });
  }

  /** Ends the process; the next one has the settings of its time and a clean record. */
  restart(): void {
    if (this.#phase.name === 'disposed') return;
    this.#policy.noteAnswer();
    this.#models.forgetCrashes();
    if (this.#process !== undefined) {
      this.#giveUp(this.#process, 'restart');
    } else if (this.#phase.name === 'failed') {
      this.#phase = { name: 'idle' };
      this.#stateChanged.fire('ready');
    }
  }

  dispose(): void {
    if (this.#phase.name === 'disposed') return;
    const process = this.#process;
    if ('timer' in this.#phase) clearTimeout(this.#phase.timer);
    this.#phase = { name: 'disposed' };
    process?.kill();
    for (const request of [...this.#requests]) request.reject(new CancelledError());
  }

  get #process(): EngineProcess | undefined {
    return 'process' in this.#phase ? this.#phase.process : undefined;
  }

  #close(model: string): void {
    const process = this.#process;
    const engineHandle = this.#models.remove(model, process);
    if (process === undefined || engineHandle === undefined) return;
    process
      .request('close', { model: engineHandle })
      .result.catch((error: unknown) => this.#options.log(`close: ${messageOf(error)}`));
  }

  /** Does what the phase allows: start a process, or send what is not sent yet. */
  #advance(): void {
    if (this.#phase.name === 'idle') {
      this.#start();
    } else if (this.#phase.name === 'ready') {
      const { process } = this.#phase;
      for (const request of [...this.#requests]) {
        if (request.process === undefined) void this.#send(request, process);
      }
    }
  }

  #start(): void {
    const { start, settings, startTimeoutMs, log } = this.#options;
    const process = start();
    log(`The engine starts as process ${String(process.pid)}.`);
    const timer = setTimeout(() => {
      log(`The engine was not ready after ${String(startTimeoutMs)} ms.`);
      this.#giveUp(process, 'crash');
    }, startTimeoutMs);
    this.#phase = { name: 'starting', process, timer };
    void process.ended.then((how) => {
      if (this.#process === process) log(`The engine ended: ${how}.`);
      this.#giveUp(process, 'crash');
    });
    process.initialize(settings()).then(
      () => this.#started(process),
      (error: unknown) => {
        log(`The engine did not start: ${messageOf(error)}`);
        this.#giveUp(process, 'crash');
      },
    );
  }

  #started(process: EngineProcess): void {
    if (this.#phase.name !== 'starting' || this.#phase.process !== process) return;
    clearTimeout(this.#phase.timer);
    this.#phase = { name: 'ready', process };
    this.#models.reopenAll(process);
    this.#advance();
    if (this.#recovering) {
      this.#recovering = false;
      this.#stateChanged.fire('restarted');
    }
  }

  async #send(request: Request, process: EngineProcess): Promise<void> {
    request.process = process;
    try {
      const params = await this.#engineParams(request, process);
      if (request.isEnded || request.process !== process) return;
      const result = await request.send(process, params);
      if (request.process !== process) return;
      this.#policy.noteAnswer();
      this.#answer(request, process, result);
    } catch (error) {
      // Where the process went away, its end decides what becomes of the request.
      if (request.process !== process || error instanceof ProcessGone) return;
      this.#policy.noteAnswer();
      request.reject(error instanceof Error ? error : new EngineFailure('internal', String(error)));
    }
  }

  async #engineParams({ params }: Request, process: EngineProcess): Promise<unknown> {
    if (!('model' in params)) return params;
    const handle = (of: string): Promise<string> => this.#models.engineHandle(of, process);
    return {
      ...params,
      model: await handle(params.model),
      ...('other' in params ? { other: await handle(params.other) } : {}),
      ...('base' in params ? { base: await handle(params.base) } : {}),
      ...('steps' in params ? { steps: await Promise.all(params.steps.map(handle)) } : {}),
    };
  }

  #answer(request: Request, process: EngineProcess, result: unknown): void {
    if (request.method !== 'open') {
      request.resolve(result);
      return;
    }
    const summary = this.#models.add(request.params as OpenParams, result as ModelSummary, process);
    if (request.isCancelled) this.#close(summary.model);
    request.resolve(summary);
  }

  #cancel(request: Request): void {
    const { process } = request;
    if (process === undefined || !request.isSent) {
      request.reject(new CancelledError());
      return;
    }
    request.cancelSent(this.#options.cancelGraceMs, () => {
      this.#options.log(
        `${request.method} did not stop when it was cancelled: the engine is ended.`,
      );
      this.#giveUp(process, 'cancel');
    });
  }

  #giveUp(process: EngineProcess, cause: EndCause): void {
    if (this.#process !== process) return;
    if ('timer' in this.#phase) clearTimeout(this.#phase.timer);
    this.#phase = { name: 'idle' };
    process.kill();
    if (cause === 'crash') this.#models.noteCrash(process);
    for (const request of [...this.#requests]) {
      if (request.process === process) takeBack(request, cause);
    }
    const delay = cause === 'crash' ? this.#policy.noteCrash() : 0;
    if (delay === null) this.#fail();
    else if (this.#requests.size > 0 || this.#models.size > 0) this.#startLater(delay, cause);
  }

  #startLater(delayMs: number, cause: EndCause): void {
    const timer = setTimeout(() => {
      this.#phase = { name: 'idle' };
      this.#advance();
    }, delayMs);
    this.#phase = { name: 'waiting', timer };
    if (cause === 'crash' && !this.#recovering) {
      this.#recovering = true;
      this.#stateChanged.fire('starting');
    }
  }

  #fail(): void {
    this.#phase = { name: 'failed' };
    this.#recovering = false;
    for (const request of [...this.#requests]) request.reject(failedForGood());
    this.#stateChanged.fire('failed');
  }

  #reportWork(): void {
    this.#workChanged.fire([...this.#requests].map((request) => request.work));
  }
}

/** A request whose process is gone: it ends with it, or waits for the next process. */
function takeBack(request: Request, cause: EndCause): void {
  if (request.isCancelled) {
    request.reject(new CancelledError());
  } else if (request.takeBack(cause === 'crash') >= MAX_CRASHES_PER_REQUEST) {
    request.reject(
      new EngineFailure(
        'engineStopped',
        `The engine stopped twice while it worked on this request (${request.method}). ` +
          'Everything else goes on; the log has the details.',
      ),
    );
  }
}

function failedForGood(): EngineFailure {
  return new EngineFailure(
    'engineFailed',
    'The engine does not start. See the log for the reason, then reload the model to try again.',
  );
}
