import { checkCancelled } from '../errors';
import type { MatmulBackend } from './backend';
import type { ReadingContext } from './readingContext';
import { RowBatch, type BatchReading } from './rowBatch';
import type { RawReading } from './rowState';
import { tileRanking } from './tileRanking';
import { checkedTiles, type CheckedTile } from './vocabularyTiles';
import { batchesOf, MAX_RUN_ROWS, tileRowsFor, type WorkOptions } from './workPlan';

/** Readings in the order of the rows, and how many vocabulary rows are not finite. */
export interface FiniteReadings {
  readonly readings: readonly RawReading[];
  readonly nonFinite: number;
}

/** The tiles of the vocabulary, of at most so many rows. */
type TilesOf = (maxRows: number) => AsyncIterable<CheckedTile>;

interface PlannedBatch {
  /** Places of its rows among all rows. */
  readonly places: readonly number[];
  readonly batch: RowBatch;
}

/**
 * Reads rows whose numbers are finite, tile by tile of the vocabulary, which is gone through once; a second time
 * for rows for which float32 does not suffice.
 * @throws CancelledError
 */
export async function readFiniteRows(
  context: ReadingContext,
  rows: readonly Float32Array[],
  backend: MatmulBackend,
  options: WorkOptions,
  tilesOf: TilesOf = (maxRows) => checkedTiles(context.space.matrix, maxRows, backend),
): Promise<FiniteReadings> {
  const found = new Map<number, BatchReading>();
  const pass = async (batches: readonly PlannedBatch[]): Promise<number> => {
    const nonFinite = await readTiles(context, batches, backend, options, tilesOf);
    for (const { places, batch } of batches) {
      batch.finish().forEach((reading, i) => found.set(places[i] ?? 0, reading));
    }
    return nonFinite;
  };
  const places = [...rows.keys()];
  const isZero = (place: number): boolean => rows[place]?.every((value) => value === 0) ?? false;
  const nonFinite = await pass([
    ...planBatches(
      context,
      rows,
      places.filter((place) => !isZero(place)),
      false,
    ),
    ...planBatches(context, rows, places.filter(isZero), true),
  ]);
  const unreliable = places.filter((place) => found.get(place)?.reliable === false);
  if (unreliable.length > 0 && nonFinite === 0) {
    await pass(planBatches(context, rows, unreliable, true));
  }
  return { readings: places.flatMap((place) => found.get(place) ?? []), nonFinite };
}

function planBatches(
  context: ReadingContext,
  rows: readonly Float32Array[],
  places: readonly number[],
  exact: boolean,
): PlannedBatch[] {
  return batchesOf(places.length, MAX_RUN_ROWS).map(({ start, count }) => {
    const part = places.slice(start, start + count);
    const batch = new RowBatch(
      context,
      part.flatMap((place) => rows[place] ?? []),
      exact,
    );
    return { places: part, batch };
  });
}

async function readTiles(
  context: ReadingContext,
  batches: readonly PlannedBatch[],
  backend: MatmulBackend,
  { cancellation, onProgress }: WorkOptions,
  tilesOf: TilesOf,
): Promise<number> {
  const { matrix } = context.space;
  const { whole } = matrix;
  const largest = Math.max(1, ...batches.map(({ places }) => places.length));
  const tileRows = tileRowsFor(largest, matrix);
  let nonFinite = 0;
  for await (const tile of tilesOf(tileRows)) {
    const ranking = tileRanking(context, tile);
    nonFinite += tile.nonFinite.length;
    for (const [index, { batch }] of batches.entries()) {
      checkCancelled(cancellation);
      await batch.read(tile, ranking, backend);
      if (whole === undefined) {
        batch.settle(tile);
      }
      const seen = tile.start * batches.length + tile.matrix.rows * (index + 1);
      onProgress?.({ done: seen, total: matrix.rows * batches.length, unit: 'tokens' });
    }
  }
  if (whole !== undefined) {
    // All rows lie in memory by now: what came up early and was overtaken since needs no float64 product.
    batches.forEach(({ batch }) => {
      batch.settle({ start: 0, matrix: whole });
    });
  }
  return nonFinite;
}
