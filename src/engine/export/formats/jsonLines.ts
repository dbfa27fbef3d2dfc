import { lineJson } from '../../../protocol/written/json';
import type { ExportFormat } from '../format';

/** JSON Lines: a reading on each line, as `vocabscope tokens --json` prints it, with model and options. */
export const jsonLines: ExportFormat = {
  oneKind: false,
  async write({ source, readings }, sink) {
    for await (const batch of readings) {
      for (const reading of batch) {
        await sink.write(`${JSON.stringify(lineJson(reading, source))}\n`);
      }
    }
  },
};
