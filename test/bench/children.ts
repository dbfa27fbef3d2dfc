import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

/** A bundled script of `children`. */
function scriptOf(name: string): string {
  return path.join(import.meta.dirname, 'children', `${name}.js`);
}

interface Ran {
  readonly printed: string;
  /** Seconds from the start to the first that was printed. */
  readonly answeredAfter: number;
}

async function run(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Ran> {
  const begun = performance.now();
  const child = spawn(process.execPath, [...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, ...env },
  });
  let answeredAfter: number | undefined;
  let printed = '';
  child.stdout.on('data', (text) => {
    answeredAfter ??= performance.now() - begun;
    printed += String(text);
  });
  const code = await new Promise((resolve) => child.on('close', resolve));
  if (code !== 0 || answeredAfter === undefined) {
    throw new Error(`The bench's child process failed: node ${args.join(' ')}`);
  }
  return { printed, answeredAfter: answeredAfter / 1000 };
}

/** Seconds from the start of a process that runs a script of `children` to the first that it prints. */
export async function secondsToAnswer(name: string, args: readonly string[]): Promise<number> {
  const { answeredAfter } = await run([scriptOf(name), ...args]);
  return answeredAfter;
}

/** All that a process prints that runs a script of `children`. */
export async function printedBy(name: string, args: readonly string[]): Promise<string> {
  const { printed } = await run([scriptOf(name), ...args]);
  return printed;
}

/** Runs a script with `tellPeak` before it. @returns the largest resident memory of its process. */
export async function peakBytes(script: string, args: readonly string[]): Promise<number> {
  const folder = mkdtempSync(path.join(tmpdir(), 'vocabscope-peak-'));
  const file = path.join(folder, 'peak');
  try {
    const before = ['--import', pathToFileURL(scriptOf('tellPeak')).href];
    await run([...before, script, ...args], { PEAK_FILE: file });
    return Number(readFileSync(file, 'utf8'));
  } finally {
    rmSync(folder, { recursive: true });
  }
}
