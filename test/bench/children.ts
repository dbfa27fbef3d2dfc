import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

/** A bundled script of `children`. */
function scriptOf(name: string): string {
  return path.join(import.meta.dirname, 'children', `${name}.js`);
}

async function run(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<number> {
  const begun = performance.now();
  const child = spawn(process.execPath, [...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, ...env },
  });
  let answeredAfter: number | undefined;
  child.stdout.on('data', () => {
    answeredAfter ??= performance.now() - begun;
  });
  const code = await new Promise((resolve) => child.on('close', resolve));
  if (code !== 0 || answeredAfter === undefined) {
    throw new Error(`The bench's child process failed: node ${args.join(' ')}`);
  }
  return answeredAfter / 1000;
}

/** Seconds from the start of a process that runs a script of `children` to the first that it prints. */
export function secondsToAnswer(name: string, args: readonly string[]): Promise<number> {
  return run([scriptOf(name), ...args]);
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
