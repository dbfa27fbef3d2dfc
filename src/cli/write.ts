import { once } from 'node:events';
import { styleText } from 'node:util';
import { printable } from './printable';

async function write(text: string): Promise<void> {
  if (!process.stdout.write(text)) {
    await once(process.stdout, 'drain');
  }
}

/** Lets a reader that stops reading (`| head`) end the command without a word; other failures are reported. */
export function endQuietlyWithReader(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') {
      process.exit(0);
    }
    throw error;
  });
}

function isAsyncIterable(value: unknown): value is AsyncIterable<unknown> {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value;
}

/** Writes one JSON object and a line end; items of its arrays one by one, so that no long answer is held as text. */
export async function writeJson(object: Readonly<Record<string, unknown>>): Promise<void> {
  let separator = '{';
  for (const [key, value] of Object.entries(object)) {
    if (value === undefined) {
      continue;
    }
    await write(`${separator}${JSON.stringify(key)}:`);
    separator = ',';
    if (!Array.isArray(value) && !isAsyncIterable(value)) {
      await write(JSON.stringify(value));
      continue;
    }
    let before = '[';
    for await (const item of value) {
      await write(`${before}${JSON.stringify(item)}`);
      before = ',';
    }
    await write(before === '[' ? '[]' : ']');
  }
  await write('}\n');
}

/** Writes lines for people; the first is bold on a terminal. What files could hide in them is made visible. */
export async function writeLines(lines: Iterable<string> | AsyncIterable<string>): Promise<void> {
  let first = true;
  for await (const line of lines) {
    const coloured = first && process.stdout.isTTY && process.env['NO_COLOR'] === undefined;
    const shown = printable(line);
    await write(`${coloured ? styleText('bold', shown) : shown}\n`);
    first = false;
  }
}
