import type { ReadingOptions } from '../../core/projection/options';
import type { ModelSummary } from '../modelSummary';
import type { DirectionReading, PairOptions, PairReading } from '../pairs';
import type { RowReading } from '../reading';

/** Everything that can be read and written down. */
export type Reading = RowReading | DirectionReading | PairReading;

/** Whether a reading is that of a singular direction. */
export function isDirection(reading: Reading): reading is DirectionReading {
  return 'sigma' in reading;
}

/** Whether a reading is that of a head: pairs of tokens. */
export function isHead(reading: Reading): reading is PairReading {
  return 'rowSpace' in reading;
}

/** Where readings come from: said wherever they are written. */
export interface ReadingSource {
  readonly summary: ModelSummary;
  /** How rows and singular directions were read. */
  readonly options: ReadingOptions;
  /** How heads were searched; absent where there are none. */
  readonly pairOptions?: PairOptions;
}
