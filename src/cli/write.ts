import { once } from 'node:events';
import { styleText } from 'node:util';

const CHUNK_BYTES = 1 << 16;

async function write(text: string | Uint8Array): Promise<void> {
  if (!process.stdout.write(text)) {
    await once(process.stdout, 'drain');
  }
}

/** Writes one JSON value and a line end, in pieces that a pipe can follow. */
export async function writeJson(value: unknown): Promise<void> {
  const bytes = Buffer.from(`${JSON.stringify(value)}\n`);
  for (let start = 0; start < bytes.length; start += CHUNK_BYTES) {
    await write(bytes.subarray(start, start + CHUNK_BYTES));
  }
}

/** Writes lines; the first is bold on a terminal. A reader that stops reading (`| head`) ends it quietly. */
export async function writeLines(lines: Iterable<string>): Promise<void> {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') {
      throw error;
    }
    process.exit(0);
  });
  let first = true;
  for (const line of lines) {
    const coloured = first && process.stdout.isTTY && process.env['NO_COLOR'] === undefined;
    await write(`${coloured ? styleText('bold', line) : line}\n`);
    first = false;
  }
}
