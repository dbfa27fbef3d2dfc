import { execFile } from 'node:child_process';
import path from 'node:path';

/** The built command line. */
export const COMMAND = path.resolve(import.meta.dirname, '../../dist/vocabscope.js');
const MAX_OUTPUT_BYTES = 256 * 1024 * 1024;

export interface CliAnswer {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the built command line as a process of its own. */
export function vocabscope(...args: readonly string[]): Promise<CliAnswer> {
  return vocabscopeIn(process.env, ...args);
}

/** The same in another environment. */
export function vocabscopeIn(
  env: NodeJS.ProcessEnv,
  ...args: readonly string[]
): Promise<CliAnswer> {
  return new Promise((resolve) => {
    execFile(COMMAND, [...args], { maxBuffer: MAX_OUTPUT_BYTES, env }, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : -1;
      resolve({ code, stdout, stderr });
    });
  });
}

/** The object that a command printed with `--json --no-cache`; a failure carries the command's own sentence. */
export async function vocabscopeJson(...args: readonly string[]): Promise<Record<string, unknown>> {
  const answer = await vocabscope(...args, '--json', '--no-cache');
  if (answer.code !== 0) {
    throw new Error(`exit ${String(answer.code)}: ${answer.stderr}`);
  }
  return JSON.parse(answer.stdout) as Record<string, unknown>;
}
