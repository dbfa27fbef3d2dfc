import * as vscode from 'vscode';
import type { ProgressReport } from '../../protocol/engineApi';

/** What long work is given: both go to the engine's call. */
export interface LongWork {
  readonly signal: AbortSignal;
  readonly onProgress: (progress: ProgressReport) => void;
}

/** How far work is, for people: `3,000 of 12,000 rows`. */
export function sayDone({ done, total, unit }: ProgressReport): string {
  const number = (value: number): string => value.toLocaleString(vscode.env.language);
  return vscode.l10n.t('{0} of {1} {2}', number(done), number(total), unit);
}

/**
 * Shows that work runs for which somebody waits, how far it is, and a button that cancels it.
 *
 * @param say what stands beside the title; absent: the share that is done is drawn, of work that is of one kind
 * @throws what the work throws
 */
export function showLongWork<T>(
  title: string,
  run: (work: LongWork) => Promise<T>,
  say?: (progress: ProgressReport) => string,
): Thenable<T> {
  const options = { location: vscode.ProgressLocation.Notification, title, cancellable: true };
  return vscode.window.withProgress(options, async (progress, token) => {
    const abort = new AbortController();
    const listening = token.onCancellationRequested(() => abort.abort());
    let last = 0;
    try {
      return await run({
        signal: abort.signal,
        onProgress: (report) => {
          if (say !== undefined) {
            progress.report({ message: say(report) });
            return;
          }
          const { done, total } = report;
          const percent = total === 0 ? 0 : (100 * done) / total;
          progress.report({ increment: Math.max(0, percent - last) });
          last = Math.max(last, percent);
        },
      });
    } finally {
      listening.dispose();
    }
  });
}
