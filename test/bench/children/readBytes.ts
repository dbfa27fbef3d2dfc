/** A fresh process reads a range of a file into one piece of memory: `readBytes FILE OFFSET LENGTH`. */
import { openSync, readSync } from 'node:fs';

const PIECE_BYTES = 2 ** 23;

const [file = '', offset, length] = process.argv.slice(2);
const end = Number(offset) + Number(length);
const piece = new Uint8Array(PIECE_BYTES);
const descriptor = openSync(file, 'r');
let at = Number(offset);
while (at < end) {
  const got = readSync(descriptor, piece, 0, Math.min(PIECE_BYTES, end - at), at);
  if (got === 0) {
    throw new Error(`${file} ends at ${String(at)}.`);
  }
  at += got;
}
console.log(at);
