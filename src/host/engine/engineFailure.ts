import { messageOf } from '../../core/errors';
import type { Failure } from '../../protocol/engineApi';

/** Reasons of the host itself, beside those of the engine. */
export type SupervisorReason = 'engineStopped' | 'engineFailed' | 'internal';

/** What the engine, or the host about the engine, refused: a sentence for people. */
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
