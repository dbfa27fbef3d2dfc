import { spawn } from 'node:child_process';
import path from 'node:path';

/** Runs a bundled script of `children` in a process of its own and answers what it printed. */
export async function runChild(name: string, args: readonly string[]): Promise<string> {
  const script = path.join(import.meta.dirname, 'children', `${name}.js`);
  const child = spawn(process.execPath, [script, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let printed = '';
  child.stdout.setEncoding('utf8');
  child.stdout.on('data', (text: string) => {
    printed += text;
  });
  const code = await new Promise((resolve) => child.on('close', resolve));
  if (code !== 0) {
    throw new Error(`The bench's child process ${name} failed.`);
  }
  return printed;
}
