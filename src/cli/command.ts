import type { ParseArgsConfig } from 'node:util';
import type { WorkContext } from '../engine/context';
import type { EngineService } from '../engine/service';

type OptionConfig = NonNullable<ParseArgsConfig['options']>[string];

/** One option of a command, with the words of its help line. */
export interface CliOption {
  readonly config: OptionConfig;
  /** What stands for the value in help, e.g. `N`; absent for switches. */
  readonly value?: string;
  readonly help: string;
}

export type CliOptions = Readonly<Record<string, CliOption>>;
export type CliValues = Readonly<
  Record<string, string | boolean | (string | boolean)[] | undefined>
>;

/** What a command found: an object for `--json`, lines for people. Only one of them is asked for, once. */
export interface CommandResult {
  /** An async iterable is an array whose items come one by one. */
  readonly json: Readonly<Record<string, unknown>>;
  /** Lines for a terminal, made only where they are printed. */
  readonly lines: () => Iterable<string> | AsyncIterable<string>;
}

export interface CommandInput {
  readonly positionals: readonly string[];
  readonly values: CliValues;
  readonly engine: EngineService;
  readonly context: WorkContext;
}

/** A command of `vocabscope`: one file in `commands` and one line in its registry. */
export interface CliCommand {
  readonly name: string;
  readonly summary: string;
  /** Everything behind `vocabscope NAME`. */
  readonly usage: string;
  /** Paragraphs and examples that teach. */
  readonly description: string;
  readonly options: CliOptions;
  /** @throws VocabScopeError, `usage` where the command line itself is wrong. */
  run(input: CommandInput): Promise<CommandResult>;
}
