import { fork, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import {
  CancellationTokenSource,
  createMessageConnection,
  IPCMessageReader,
  IPCMessageWriter,
  ProgressType,
  ResponseError,
  type CancellationToken,
} from 'vscode-jsonrpc/node';
import { CancelledError, messageOf } from '../../core/errors';
import type { EngineMethod, Failure, ProgressReport } from '../../protocol/engineApi';
import {
  CANCELLED_CODE,
  INITIALIZE_METHOD,
  type EngineSettings,
  type WireRequest,
} from '../../protocol/engineWire';
import { EngineFailure } from './engineFailure';

/** A request that was sent to a process. */
export interface SentRequest {
  /** Rejects with `EngineFailure`, `CancelledError`, or, where the process went away, `ProcessGone`. */
  readonly result: Promise<unknown>;
  /** Tells the engine that nobody waits any more. */
  cancel(): void;
}

/** One engine process, from its start to its end. */
export interface EngineProcess {
  readonly pid: number | undefined;
  /** Resolves when the process has ended, with how. */
  readonly ended: Promise<string>;
  initialize(settings: EngineSettings): Promise<void>;
  request(
    method: EngineMethod,
    params: unknown,
    onProgress?: (progress: ProgressReport) => void,
  ): SentRequest;
  /** SIGKILL: works in the middle of a native call. */
  kill(): void;
}

/** The channel closed before the answer came. */
export class ProcessGone extends Error {
  override readonly name = 'ProcessGone';
}

/** Options of Node that belong to the host alone: a debugger's port, a bootloader. */
const FOREIGN_VARIABLES = ['NODE_OPTIONS', 'VSCODE_INSPECTOR_OPTIONS', 'ELECTRON_RUN_AS_NODE'];

const PROGRESS = new ProgressType<ProgressReport>();

/** Starts the engine of that bundle. */
export function forkEngine(modulePath: string, log: (line: string) => void): EngineProcess {
  const child = fork(modulePath, [], {
    serialization: 'advanced',
    execArgv: [],
    env: childEnvironment(process.env),
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  for (const stream of [child.stdout, child.stderr]) {
    if (stream !== null) readLines(stream, log);
  }
  return new ForkedEngine(child);
}

/** The host's environment without what would turn the child into something else. Electron's executable runs as Node. */
export function childEnvironment(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const kept = Object.entries(environment).filter(([name]) => !FOREIGN_VARIABLES.includes(name));
  return { ...Object.fromEntries(kept), ELECTRON_RUN_AS_NODE: '1' };
}

function readLines(stream: Readable, log: (line: string) => void): void {
  createInterface({ input: stream, crlfDelay: Infinity }).on('line', log);
}

class ForkedEngine implements EngineProcess {
  readonly ended: Promise<string>;
  readonly #child: ChildProcess;
  readonly #connection;
  #nextToken = 1;

  constructor(child: ChildProcess) {
    this.#child = child;
    this.#connection = createMessageConnection(
      new IPCMessageReader(child),
      new IPCMessageWriter(child),
    );
    this.ended = new Promise((resolve) => {
      child.once('exit', (code, signal) => {
        resolve(signal === null ? `exit code ${String(code)}` : `signal ${signal}`);
      });
      child.once('error', (error) => resolve(error.message));
      // Without its channel a process is of no use, alive or not.
      child.once('disconnect', () => child.kill('SIGKILL'));
    });
    this.#connection.listen();
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  async initialize(settings: EngineSettings): Promise<void> {
    await this.#connection.sendRequest(INITIALIZE_METHOD, settings);
  }

  request(
    method: EngineMethod,
    params: unknown,
    onProgress?: (progress: ProgressReport) => void,
  ): SentRequest {
    const token = onProgress === undefined ? null : this.#nextToken++;
    const listening =
      onProgress === undefined || token === null
        ? undefined
        : this.#connection.onProgress(PROGRESS, token, onProgress);
    const cancellation = new CancellationTokenSource();
    const result = this.#send(method, { params, progress: token }, cancellation.token).finally(
      () => {
        listening?.dispose();
        cancellation.dispose();
      },
    );
    return { result, cancel: () => cancellation.cancel() };
  }

  kill(): void {
    this.#child.kill('SIGKILL');
    this.#connection.dispose();
  }

  async #send(
    method: EngineMethod,
    request: WireRequest,
    cancellation: CancellationToken,
  ): Promise<unknown> {
    try {
      return await this.#connection.sendRequest<unknown>(method, request, cancellation);
    } catch (error) {
      throw this.#translate(error);
    }
  }

  #translate(error: unknown): Error {
    if (!this.#child.connected) return new ProcessGone();
    if (!(error instanceof ResponseError)) return new EngineFailure('internal', messageOf(error));
    if (error.code === CANCELLED_CODE) return new CancelledError();
    const failure = error.data as Failure | undefined;
    return new EngineFailure(failure?.reason ?? 'internal', failure?.message ?? error.message);
  }
}
