import { messageOf } from '../../core/errors';
import type { Failure } from '../../protocol/engineApi';

/**
 * What the engine, or the host about the engine, refused: a sentence for people. Beside the engine's reasons there
 * are `engineStopped` (while it worked on the request), `engineFailed` (it does not start) and `internal`.
 */
export class EngineFailure extends Error {
  override readonly name = 'EngineFailure';

  constructor(
    readonly reason: string,
    message: string,
  ) {
    super(message);
  }
}

/** Anything that was thrown, as it is shown. */
export function failureOf(error: unknown): Failure {
  const reason =
    error instanceof Error && 'reason' in error && typeof error.reason === 'string'
      ? error.reason
      : 'internal';
  return { reason, message: messageOf(error) };
}
