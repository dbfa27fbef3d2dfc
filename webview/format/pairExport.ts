/** Copies of a head's pairs. */
import type { PairReading, PairView } from '../../src/protocol/pairs';
import type { ReadingSource } from '../../src/protocol/written/readings';
import { quotedToken } from '../../src/protocol/written/words';
import { exportHeader } from './export';

/** Pairs tab-separated, under a header that names model, head and options. */
export function pairsAsText(
  { component, note }: PairReading,
  pairs: readonly PairView[],
  context: ReadingSource,
): string {
  return [
    `# ${component}; ${exportHeader(context)}`,
    ...(note === undefined ? [] : [`# ${note}`]),
    ['row', 'column', 'score'].join('\t'),
    ...pairs.map(({ row, column, score }) =>
      [quotedToken(row), quotedToken(column), score].join('\t'),
    ),
    '',
  ].join('\n');
}
