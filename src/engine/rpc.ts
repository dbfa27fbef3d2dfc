/** The shell around the engine's service: one process's end of the border to the host. */
import type { CancellationToken, MessageConnection } from 'vscode-jsonrpc/node';
import { ProgressType, ResponseError } from 'vscode-jsonrpc/node';
import { CancelledError, messageOf, VocabScopeError, type Progress } from '../core/errors';
import type {
  EngineMethod,
  EngineParams,
  EngineResult,
  Failure,
  ProgressReport,
} from '../protocol/engineApi';
import {
  CANCELLED_CODE,
  ENGINE_METHODS,
  FAILED_CODE,
  INITIALIZE_METHOD,
  type EngineSettings,
  type WireRequest,
} from '../protocol/engineWire';
import type { WorkContext } from './context';

/** At most 10 reports a second reach the host. */
const PROGRESS_INTERVAL_MS = 100;

/** What answers the requests: one function per method of `EngineApi`. */
export type EngineHandlers = {
  readonly [M in EngineMethod]: (
    params: EngineParams<M>,
    context: WorkContext,
  ) => Promise<EngineResult<M>>;
};

export interface ServeOptions {
  readonly createHandlers: (settings: EngineSettings) => EngineHandlers;
  /** Takes what people do not see: stack traces. */
  readonly log: (text: string) => void;
}

const PROGRESS = new ProgressType<ProgressReport>();

/** Answers the host's requests over a connection that listens from now on. */
export function serveEngine(
  connection: MessageConnection,
  { createHandlers, log }: ServeOptions,
): void {
  let handlers: EngineHandlers | undefined;
  connection.onRequest(INITIALIZE_METHOD, (settings: EngineSettings) => {
    handlers = createHandlers(settings);
  });
  for (const method of ENGINE_METHODS) {
    connection.onRequest(method, async (request: WireRequest<never>, token: CancellationToken) => {
      try {
        if (handlers === undefined) throw new Error('The engine was asked before it was set up.');
        const context = {
          cancellation: abortSignal(token),
          onProgress: progressSender(connection, method, request.progress),
        };
        return await handlers[method](request.params, context);
      } catch (error) {
        throw responseError(error, method, log);
      }
    });
  }
  connection.listen();
}

function abortSignal(token: CancellationToken): AbortSignal {
  const controller = new AbortController();
  if (token.isCancellationRequested) controller.abort();
  token.onCancellationRequested(() => controller.abort());
  return controller.signal;
}

function progressSender(
  connection: MessageConnection,
  method: EngineMethod,
  progressToken: number | null,
): (progress: Progress) => void {
  if (progressToken === null) return () => undefined;
  let sentAt = -Infinity;
  return (progress) => {
    const now = performance.now();
    if (now - sentAt < PROGRESS_INTERVAL_MS) return;
    sentAt = now;
    void connection.sendProgress(PROGRESS, progressToken, { method, ...progress });
  };
}

function responseError(
  error: unknown,
  method: EngineMethod,
  log: (text: string) => void,
): ResponseError<Failure> {
  if (error instanceof CancelledError) {
    return new ResponseError(CANCELLED_CODE, error.message, {
      reason: 'cancelled',
      message: error.message,
    });
  }
  if (error instanceof VocabScopeError) {
    const failure = { reason: error.reason, message: error.message };
    return new ResponseError(FAILED_CODE, error.message, failure);
  }
  log(`${method}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  const message =
    `The engine met an error that it did not expect (${messageOf(error)}). ` +
    'Try again; the log has the details.';
  return new ResponseError(FAILED_CODE, message, { reason: 'internal', message });
}
