import { homedir } from 'node:os';
import path from 'node:path';
import { parseArgs, type ParseArgsConfig } from 'node:util';
import { CancelledError, messageOf, VocabScopeError, type ProgressListener } from '../core/errors';
import { createEngineService } from '../engine/service';
import { version } from '../../package.json';
import type { CliCommand, CliValues } from './command';
import { COMMANDS } from './commands/registry';
import { commandHelp, overviewHelp } from './help';
import { printable } from './printable';
import { listenForInterrupt } from './interrupt';
import { createProgressLine } from './progressLine';
import { endQuietlyWithReader, writeJson, writeLines } from './write';

const EXIT_DONE = 0;
const EXIT_FAILED = 1;
const EXIT_USAGE = 2;
const MEMORY_BUDGET_BYTES = 512 * 1024 * 1024;
const CACHE_LIMIT_BYTES = 512 * 1024 * 1024;

function cacheFolder(): string {
  const chosen = process.env['XDG_CACHE_HOME'] ?? '';
  return path.join(path.isAbsolute(chosen) ? chosen : path.join(homedir(), '.cache'), 'vocabscope');
}

interface ParsedLine {
  readonly positionals: string[];
  readonly values: CliValues;
}

/** `--threshold -2` as `--threshold=-2`: a number with a sign is no option. */
function withNegativeNumbers(args: readonly string[]): string[] {
  const joined: string[] = [];
  for (const arg of args) {
    const last = joined.at(-1);
    if (last !== undefined && /^--[^=]+$/u.test(last) && /^-\.?\d/u.test(arg)) {
      joined[joined.length - 1] = `${last}=${arg}`;
    } else {
      joined.push(arg);
    }
  }
  return joined;
}

function parseLine(command: CliCommand, args: readonly string[]): ParsedLine {
  const options: NonNullable<ParseArgsConfig['options']> = {
    json: { type: 'boolean' },
    help: { type: 'boolean', short: 'h' },
    'no-cache': { type: 'boolean' },
  };
  for (const [name, option] of Object.entries(command.options)) {
    options[name] = option.config;
  }
  try {
    return parseArgs({ args: withNegativeNumbers(args), options, allowPositionals: true });
  } catch (error) {
    const [sentence = ''] = messageOf(error).split(/(?<=[.])\s/u);
    throw (
      optionOfOthers(command, sentence) ?? new VocabScopeError('usage', sentence, { cause: error })
    );
  }
}

const LIST = new Intl.ListFormat('en');

/** What is wrong with a line whose unknown option other commands have. */
function optionOfOthers({ name }: CliCommand, sentence: string): VocabScopeError | undefined {
  const option = /^Unknown option '--([\w-]+)'/u.exec(sentence)?.[1] ?? '';
  const owners = COMMANDS.filter(({ options }) => Object.hasOwn(options, option));
  const help = owners[0]?.options[option]?.help;
  if (help === undefined) {
    return undefined;
  }
  const commands = LIST.format(owners.map((owner) => `vocabscope ${owner.name}`));
  return new VocabScopeError(
    'optionRefused',
    `--${option} (${help}) is for ${commands}; vocabscope ${name} has no use for it. Leave it out.`,
  );
}

/** Runs a command and writes its answer, part of which may be computed while it is written. */
async function runCommand(command: CliCommand, { positionals, values }: ParsedLine): Promise<void> {
  const engine = createEngineService({
    cacheFolder: values['no-cache'] === true ? null : cacheFolder(),
    cacheLimitBytes: CACHE_LIMIT_BYTES,
    memoryBudgetBytes: MEMORY_BUDGET_BYTES,
  });
  const progress = createProgressLine(process.stderr);
  const interrupt = listenForInterrupt();
  let isAnswering = false;
  try {
    const onProgress: ProgressListener = (done) => {
      // On a terminal the lines of an answer that has begun show how far it is.
      if (!isAnswering || !process.stdout.isTTY) {
        progress.show(done);
      }
    };
    const context = { cancellation: interrupt.signal, onProgress };
    const result = await command.run({ positionals, values, engine, context });
    progress.clear();
    isAnswering = true;
    if (values['json'] === true) {
      await writeJson({ schema: 'vocabscope/1', ...result.json });
    } else {
      await writeLines(result.lines());
    }
  } finally {
    progress.clear();
    await engine.dispose();
    interrupt.pass();
  }
}

async function main(args: readonly string[]): Promise<number> {
  endQuietlyWithReader();
  const [name, ...rest] = args;
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    await writeLines(overviewHelp(version).split('\n'));
    return name === undefined ? EXIT_USAGE : EXIT_DONE;
  }
  if (name === '--version' || name === '-v') {
    await writeLines([version]);
    return EXIT_DONE;
  }
  const command = COMMANDS.find((candidate) => candidate.name === name);
  if (command === undefined) {
    const known = COMMANDS.map((candidate) => candidate.name).join(', ');
    throw new VocabScopeError('usage', `There is no command "${name}"; there are ${known}.`);
  }
  const line = parseLine(command, rest);
  if (line.values['help'] === true) {
    await writeLines(commandHelp(command).split('\n'));
    return EXIT_DONE;
  }
  await runCommand(command, line);
  return EXIT_DONE;
}

/** What the system says of a full disk or a closed pipe is code; everything else here is a sentence. */
function sentenceOf(error: unknown): string {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'ENOSPC'
    ? 'The answer could not be written: there is no space left where it goes. Free some, or write it elsewhere.'
    : messageOf(error);
}

function report(error: unknown): number {
  if (error instanceof CancelledError) {
    return EXIT_FAILED;
  }
  const usage = error instanceof VocabScopeError && error.reason === 'usage';
  const hint = usage ? '\nvocabscope --help shows how.' : '';
  process.stderr.write(`vocabscope: ${printable(sentenceOf(error))}${hint}\n`);
  return usage ? EXIT_USAGE : EXIT_FAILED;
}

void main(process.argv.slice(2))
  .catch(report)
  .then((code) => {
    process.exitCode = code;
  });
