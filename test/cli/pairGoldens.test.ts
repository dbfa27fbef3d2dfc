import { describe, expect, it } from 'vitest';
import { directionDifference, PAIR_CASES, pairDifference } from '../support/pairGoldens';
import { vocabscopeJson } from './support';

interface PairRow {
  readonly component: string;
  readonly exact: boolean;
  readonly visited: number;
  readonly z: number | null;
  readonly copying: { readonly share: number; readonly control: number };
  readonly top: Parameters<typeof pairDifference>[0];
}

type DirectionRow = NonNullable<Parameters<typeof directionDifference>[0]>;

describe.each(PAIR_CASES)('vocabscope on heads of $name', ({ folder, goldens }) => {
  it('lists their best pairs, with proof and controls', async () => {
    const components = goldens.pairs.map(({ component }) => component);
    const answer = await vocabscopeJson('pairs', folder, ...components);
    const rows = answer['rows'] as PairRow[];
    expect(rows.map(({ component }) => component)).toEqual(components);
    for (const [i, row] of rows.entries()) {
      expect(pairDifference(row.top, goldens.pairs[i]?.top ?? []), row.component).toBeNull();
      expect(row.exact).toBe(true);
      expect(row.visited).toBeGreaterThan(0);
      expect(row.visited).toBeLessThanOrEqual(1);
      expect(row.z).toEqual(expect.any(Number));
      expect(row.copying.share).toBeGreaterThanOrEqual(0);
      expect(row.copying.control).toBeLessThanOrEqual(1);
    }
  });

  it.skipIf(goldens.singular.length === 0)('reads their singular directions', async () => {
    const components = goldens.singular.map(({ component }) => component);
    const { rows } = await vocabscopeJson('tokens', folder, ...components, '--rank', 'abs');
    for (const [i, golden] of goldens.singular.entries()) {
      expect(directionDifference((rows as DirectionRow[])[i], golden)).toBeNull();
    }
  });
});
