import type { Progress } from '../core/errors';

const EVERY_MS = 100;

export interface ProgressLine {
  readonly show: (progress: Progress) => void;
  readonly clear: () => void;
}

/** One line on a terminal that says how far long work is, rewritten in place; nothing where there is no terminal. */
export function createProgressLine(stream: NodeJS.WriteStream): ProgressLine {
  let lastMs = 0;
  let shown = false;
  return {
    show({ done, total, unit }) {
      const nowMs = Date.now();
      if (!stream.isTTY || nowMs - lastMs < EVERY_MS) {
        return;
      }
      lastMs = nowMs;
      shown = true;
      stream.write(
        `\r\u001b[K${done.toLocaleString('en-US')} of ${total.toLocaleString('en-US')} ${unit}`,
      );
    },
    clear() {
      if (shown) {
        stream.write('\r\u001b[K');
      }
    },
  };
}
