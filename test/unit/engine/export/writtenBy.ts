import type { ExportEnding } from '../../../../src/protocol/export';
import { formatOf } from '../../../../src/engine/export/registry';
import type { Reading } from '../../../../src/protocol/written/readings';
import { kindOf } from '../../../../src/protocol/written/table';
import { SOURCE } from './arbitraryReadings';

/** Batches of some length, one after the other. */
async function* batchesOf(
  readings: readonly Reading[],
  length: number,
): AsyncGenerator<readonly Reading[]> {
  for (let start = 0; start < readings.length; start += length) {
    await Promise.resolve();
    yield readings.slice(start, start + length);
  }
}

/** What a format makes of some readings. */
export async function writtenBy(
  ending: ExportEnding,
  readings: readonly Reading[],
): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  await formatOf(ending).write(
    {
      source: SOURCE,
      components: ['L*.FF.V[*]'],
      kinds: [...new Set(readings.map(kindOf))],
      readings: batchesOf(readings, 2),
    },
    {
      write: (piece) => {
        // Parquet's pieces are overwritten as soon as they are taken.
        pieces.push(Buffer.from(piece));
        return Promise.resolve();
      },
    },
  );
  return Buffer.concat(pieces);
}

/** The same as text. */
export async function textBy(ending: ExportEnding, readings: readonly Reading[]): Promise<string> {
  return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(
    await writtenBy(ending, readings),
  );
}
