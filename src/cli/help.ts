import type { CliCommand, CliOption } from './command';
import { COMMANDS } from './commands/registry';

function optionLine(name: string, { value, help }: CliOption): string {
  const left = value === undefined ? `--${name}` : `--${name} ${value}`;
  return `  ${left.padEnd(26)} ${help}`;
}

/** The page of `vocabscope --help`. */
export function overviewHelp(version: string): string {
  const commands = COMMANDS.map(({ name, summary }) => `  ${name.padEnd(10)} ${summary}`);
  return `vocabscope ${version}: what a transformer's weights mean, in words

Every parameter row is multiplied into the space of the model's own vocabulary: no input, no
forward pass, no Python. Nothing leaves this machine.

  vocabscope COMMAND PATH ... [--json]

${commands.join('\n')}

  vocabscope COMMAND --help     everything about one command
  vocabscope --version

--json prints one object on standard output; progress and messages go to standard error.
Exit status: 0 done; 1 failed or refused, with a sentence that says why; 2 a command line that
cannot be read.`;
}

/** The page of `vocabscope COMMAND --help`. */
export function commandHelp(command: CliCommand): string {
  const options = Object.entries(command.options).map(([name, option]) => optionLine(name, option));
  return `vocabscope ${command.name} ${command.usage}

${command.summary[0]?.toUpperCase() ?? ''}${command.summary.slice(1)}.

${command.description}

${[...options, '  --json                     one JSON object on standard output', '  --no-cache                 neither read nor keep results on disk'].join('\n')}`;
}
