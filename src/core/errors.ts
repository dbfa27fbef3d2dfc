/** Why something was refused. Code branches on the reason, never on the text of a message. */
export type FailureReason =
  | 'notFound'
  | 'permission'
  | 'unreadable'
  | 'unwritable'
  | 'notACheckpoint'
  | 'truncated'
  | 'invalidFile'
  | 'outsideFolder'
  | 'unsupportedDtype'
  | 'unsupportedFormat'
  | 'unknownArchitecture'
  | 'invalidConfig'
  | 'invalidTokenizer'
  | 'missingTokenizer'
  | 'missingBase'
  | 'unknownComponent'
  | 'unknownToken'
  | 'foldRefused'
  | 'deltaRefused'
  | 'incomparable'
  | 'runRefused'
  | 'invalidData'
  | 'optionRefused'
  | 'nonFinite'
  | 'changedOnDisk'
  | 'limit'
  | 'usage';

/**
 * A refusal that a person reads: `message` is a whole sentence that says what is wrong, where, and what to do.
 * It crosses every border (engine, host, panel, command line) by `reason` and `message`.
 */
export class VocabScopeError extends Error {
  override readonly name = 'VocabScopeError';

  constructor(
    readonly reason: FailureReason,
    message: string,
    options?: { cause?: unknown },
  ) {
    super(message, options);
  }
}

/** Thrown when work was cancelled. Nothing is shown for it. */
export class CancelledError extends Error {
  override readonly name = 'CancelledError';

  constructor() {
    super('Cancelled.');
  }
}

/** What long work watches; an `AbortSignal` is one. */
export interface Cancellation {
  readonly aborted: boolean;
}

/** Throws `CancelledError` when the work was cancelled. Called between chunks. */
export function checkCancelled(cancellation: Cancellation | undefined): void {
  if (cancellation?.aborted === true) {
    throw new CancelledError();
  }
}

/** Progress of long work: `done` of `total` units (rows, tiles, bytes, as `unit` says). */
export interface Progress {
  readonly done: number;
  readonly total: number;
  readonly unit: string;
}

export type ProgressListener = (progress: Progress) => void;

/** The message of anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
