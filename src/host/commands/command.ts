import type { Host } from '../host';

/** A command: one file in this folder and one line in the registry. */
export interface Command {
  /** As package.json declares it, or, for what only lines of the tree and buttons run, does not. */
  readonly id: `vocabscope.${string}`;
  /** Errors are shown as an answer to who ran it. */
  readonly run: (host: Host, ...args: readonly unknown[]) => unknown;
}
