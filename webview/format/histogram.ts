/** A row's scores beside the control's, as paths of a picture. Shares are drawn as logarithms: tails are small. */
import type { Histogram } from '../../src/protocol/engineApi';

/** Width and height of the picture in its own units. */
export const HISTOGRAM_WIDTH = 320;
export const HISTOGRAM_HEIGHT = 80;

export interface HistogramPicture {
  /** Closed outline of the row's bars. */
  readonly row: string;
  /** Line of the control. */
  readonly control: string;
  /** The lowest share that is drawn. */
  readonly floor: number;
}

function steps(shares: readonly number[], height: (share: number) => number): string {
  const width = HISTOGRAM_WIDTH / Math.max(1, shares.length);
  return shares
    .map((share, bin) => {
      const y = height(share).toFixed(2);
      return `${bin === 0 ? 'M' : 'L'}${(bin * width).toFixed(2)} ${y}H${((bin + 1) * width).toFixed(2)}`;
    })
    .join('');
}

/** Both outlines on one axis of log shares, from one token's share to the highest. */
export function histogramPicture({ counts, controlShares }: Histogram): HistogramPicture {
  const tokens = Math.max(
    1,
    counts.reduce((sum, count) => sum + count, 0),
  );
  const shares = counts.map((count) => count / tokens);
  const floor = 1 / tokens / 2;
  const highest = Math.max(floor * 2, ...shares, ...controlShares);
  const height = (share: number): number => {
    const level = Math.log(Math.max(share, floor) / floor) / Math.log(highest / floor);
    return HISTOGRAM_HEIGHT * (1 - level);
  };
  const row = `${steps(shares, height)}V${HISTOGRAM_HEIGHT}H0Z`;
  return { row, control: steps(controlShares, height), floor };
}
