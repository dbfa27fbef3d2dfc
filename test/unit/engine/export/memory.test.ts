import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, test } from 'vitest';
import { formatOf } from '../../../../src/engine/export/registry';
import { EXPORT_FORMATS } from '../../../../src/protocol/export';
import type { RowReading } from '../../../../src/protocol/reading';
import { READING } from '../../../support/summary';
import { SOURCE } from './arbitraryReadings';

const BATCHES = 60;
const BATCH_ROWS = 200;
const EVERY_BATCHES = 20;
/** The batch that is written, and those that the generators before and after it still name. */
const MAX_HELD_BATCHES = 3;

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

describe.each(EXPORT_FORMATS)('$name', ({ ending }) => {
  test('holds no reading that is written', async () => {
    const given: WeakRef<RowReading>[] = [];
    const held: number[] = [];
    let written = 0;
    const readings = async function* (): AsyncGenerator<readonly RowReading[]> {
      for (let batch = 1; batch <= BATCHES; batch += 1) {
        const rows = Array.from({ length: BATCH_ROWS }, () => structuredClone(READING));
        given.push(...rows.map((row) => new WeakRef(row)));
        yield rows;
        if (batch % EVERY_BATCHES === 0) {
          // References that were read in this turn live until the next one.
          await new Promise((resolve) => setTimeout(resolve));
          collectGarbage();
          held.push(given.filter((reference) => reference.deref() !== undefined).length);
        }
      }
    };
    await formatOf(ending).write(
      { source: SOURCE, components: [], kinds: ['rows'], readings: readings() },
      {
        write: (piece) => {
          written += piece.length;
          return Promise.resolve();
        },
      },
    );
    expect(written).toBeGreaterThan(BATCHES * BATCH_ROWS);
    expect(held).toHaveLength(BATCHES / EVERY_BATCHES);
    expect(Math.max(...held)).toBeLessThanOrEqual(MAX_HELD_BATCHES * BATCH_ROWS);
  });
});
