/** Searches of the synthetic model: a few words, and rows that score them. */
import { CancelledError } from '../../../src/core/errors';
import type { EngineParams, EngineResult } from '../../../src/protocol/engineApi';
import type { TokenView } from '../../../src/protocol/reading';
import type { SearchRow } from '../../../src/protocol/search';

/** Tokens that can be looked up, by id. */
const TOKENS: readonly TokenView[] = [
  { id: 537, text: ' she' },
  { id: 4420, text: 'she' },
  { id: 1119, text: ' She' },
  { id: 685, text: 'ep' },
  { id: 3110, text: 'dog' },
  { id: 339, text: ' he' },
];

/** What the search lists of a row. */
export type ListRow = (component: string) => Required<Pick<SearchRow, 'z' | 'words'>>;

function bare(text: string | null): string {
  return (text ?? '').trim().toLowerCase();
}

/** What a text is among the words above. */
export function matchSynthetic({ text }: EngineParams<'matchTokens'>): EngineResult<'matchTokens'> {
  const same = TOKENS.filter((token) => bare(token.text) === bare(text));
  const others = TOKENS.filter((token) => !same.includes(token));
  const pieces = TOKENS.filter(({ text: piece }) => piece !== null && text.includes(piece));
  return {
    exact: TOKENS.filter((token) => token.text === text),
    pieces: pieces.map((token) => ({ text: token.text ?? '', token })),
    nearest: [...same, ...others].slice(0, 4),
  };
}

export function tokensOf({ ids }: EngineParams<'tokens'>): EngineResult<'tokens'> {
  return ids.map((id) => TOKENS.find((token) => token.id === id) ?? { id, text: ` word${id}` });
}

/** One after the other in steps of that length, so that progress and cancel can be seen. */
export async function searchSynthetic(
  { tokens, kinds, start, count, sort, reversed, statistics }: EngineParams<'search'>,
  components: readonly string[],
  list: ListRow,
  stepMs: number,
  { cancellation, onProgress }: { cancellation: AbortSignal; onProgress: (done: number) => void },
): Promise<EngineResult<'search'>> {
  const asked = tokens[0] ?? '';
  const token = TOKENS.find(({ id, text }) => text === asked || `#${id}` === asked);
  if (token === undefined) {
    const message = `"${asked}" is no token of synthetic. Give the exact text, or an id such as #537.`;
    throw Object.assign(new Error(message), { reason: 'unknownToken' });
  }
  for (let step = 1; step <= 10; step += 1) {
    if (stepMs > 0) await new Promise((resolve) => setTimeout(resolve, stepMs));
    if (cancellation.aborted) throw new CancelledError();
    onProgress(step * 1e6);
  }
  const wanted = components.filter(
    (id) => kinds === undefined || kinds.some((kind) => id.includes(`.${kind}[`)),
  );
  const rows = wanted.map((component, at): SearchRow => {
    const { z, words } = list(component);
    const score = 4.21 - at / 100 + token.id / 1e6;
    const writes = /\.(?:FF\.V|O)\[/u.test(component);
    const rank = Math.floor(at ** 1.3) + (at % 7);
    return {
      ...{ component, space: writes ? 'output' : 'input', score, rank },
      ...{ z: statistics === false ? null : z, words },
    };
  });
  const key = (row: SearchRow): number =>
    sort === 'z' ? (list(row.component).z ?? 0) : sort === 'rank' ? -(row.rank ?? 0) : row.score;
  rows.sort((a, b) => (reversed === true ? -1 : 1) * (key(b) - key(a)));
  return {
    results: [
      { token, sameText: [], rows: rows.slice(start, start + count), start, total: rows.length },
    ],
  };
}
