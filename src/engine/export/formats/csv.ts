import { csvTable } from '../../../protocol/written/csv';
import type { ExportFormat } from '../format';

/** CSV: a line for each token of each list, model and options on every line. */
export const csv: ExportFormat = {
  oneKind: true,
  async write({ source, kinds: [kind = 'rows'], readings }, sink) {
    const table = csvTable(source, kind);
    await sink.write(table.header);
    for await (const batch of readings) {
      for (const reading of batch) {
        await sink.write([...table.lines(reading)].join(''));
      }
    }
  },
};
