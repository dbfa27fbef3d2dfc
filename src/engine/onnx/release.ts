import { MessageChannel } from 'node:worker_threads';

/** Below this it costs more to release memory than to let it lie. */
const MIN_RELEASED_BYTES = 2 ** 16;

/** A port with nobody at its other end: what is transferred to it is gone. */
const nowhere = new MessageChannel().port1;
nowhere.close();

/**
 * Gives back the memory of an array that nobody needs any more, now rather than when V8 next collects: it may let tens
 * of megabytes of such arrays lie about. The array is empty afterwards.
 */
export function release({ buffer }: Float32Array): void {
  if (buffer instanceof ArrayBuffer && buffer.byteLength >= MIN_RELEASED_BYTES) {
    nowhere.postMessage(undefined, [buffer]);
  }
}
