/** Copies of what a search found. */
import type { TokenView } from '../../src/protocol/reading';
import type { SearchRow } from '../../src/protocol/search';
import type { ReadingSource } from '../../src/protocol/written/readings';
import { quotedToken } from '../../src/protocol/written/words';
import { exportHeader } from './export';

/** Rows tab-separated, under a header that names model, token and options; ranks count from 0, as in the command line. */
export function searchAsText(
  token: TokenView,
  rows: readonly SearchRow[],
  context: ReadingSource,
): string {
  return [
    `# ${exportHeader(context)}; token ${quotedToken(token)} #${token.id}`,
    ['component', 'space', 'score', 'rank', 'z', 'top', 'bottom'].join('\t'),
    ...rows.map(({ component, space, score, rank, z, words }) =>
      [
        ...[component, space, score, rank ?? '', z ?? ''],
        ...[words?.top ?? [], words?.bottom ?? []].map((side) => side.map(quotedToken).join(' ')),
      ].join('\t'),
    ),
    '',
  ].join('\n');
}
