import {
  findBestPairs,
  preparePairs,
  rootMeanSquare,
} from '../../core/projection/pairs/searchPairs';
import type { ScoredPair } from '../../core/projection/pairs/pairSink';
import { copyOf } from '../../core/tokenizer/pairClasses';
import type { Vocabulary } from '../../core/tokenizer/vocabulary';
import type { HeadStatistics } from '../../protocol/pairs';
import type { WorkContext } from '../context';
import type { OpenModel } from '../model/openModel';
import type { ProjectedSide } from './pairStore';

/** Pairs of the statistic. */
const STATISTIC_PAIRS = 50;
const MIN_PAIRINGS = 2;
/** Pairings that spread less than this share of their mean are rounding noise. */
const MIN_SPREAD = 1e-9;

/** What one pairing of two halves shows. */
export interface Pairing {
  /** Mean of the best scores in units of the root mean square of all; null where all are 0. */
  readonly statistic: number | null;
  /** Share of the best pairs that copy; null without a tokenizer. */
  readonly copying: number | null;
  readonly best: readonly ScoredPair[];
}

/** @throws CancelledError */
export async function readPairing(
  model: OpenModel,
  row: ProjectedSide,
  column: ProjectedSide,
  { cancellation }: WorkContext,
): Promise<Pairing> {
  const request = {
    rowSide: row.side,
    columnSide: column.side,
    rows: row.factor,
    columns: column.factor,
    key: 'highest' as const,
  };
  const backend = model.backend();
  const prepared = await preparePairs(request, backend);
  const { pairs } = await findBestPairs(prepared, STATISTIC_PAIRS, backend, { cancellation });
  const rms = rootMeanSquare(request);
  return {
    statistic: rms > 0 && pairs.length > 0 ? meanOf(pairs.map(({ score }) => score)) / rms : null,
    copying: copyingShare(pairs, model.vocabulary),
    best: pairs,
  };
}

/** A head's own pairing beside the shuffled ones (design: "A head's pairs"). */
export function judgePairing(own: Pairing, shuffled: readonly Pairing[]): HeadStatistics {
  const statistics = shuffled.flatMap(({ statistic }) => statistic ?? []);
  const shares = shuffled.flatMap(({ copying }) => copying ?? []);
  return {
    statistic: own.statistic,
    z: own.statistic === null ? null : zOf(own.statistic, statistics),
    pairings: shuffled.length,
    copying:
      own.copying === null
        ? null
        : { share: own.copying, control: shares.length === 0 ? null : meanOf(shares) },
  };
}

function copyingShare(pairs: readonly ScoredPair[], vocabulary: Vocabulary | null): number | null {
  if (vocabulary === null || pairs.length === 0) {
    return null;
  }
  const copies = pairs.filter(({ row, column }) => {
    const [a, b] = [vocabulary.token(row), vocabulary.token(column)];
    return a !== undefined && b !== undefined && copyOf(a, b) !== null;
  });
  return copies.length / pairs.length;
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function zOf(own: number, control: readonly number[]): number | null {
  if (control.length < MIN_PAIRINGS) {
    return null;
  }
  const mean = meanOf(control);
  const std = Math.sqrt(meanOf(control.map((value) => (value - mean) ** 2)));
  return std > MIN_SPREAD * Math.abs(mean) ? (own - mean) / std : null;
}
