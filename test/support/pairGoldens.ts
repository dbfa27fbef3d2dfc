import { readFileSync } from 'node:fs';
import path from 'node:path';
import { FAMILIES, familyFolder, SAMPLE_FOLDER, SCORE_TOLERANCE } from './goldens';

interface GoldenPair {
  readonly row: number;
  readonly column: number;
  readonly score: number;
}

/** Pairs and singular directions computed independently, as `test/fixtures/README.md` describes them. */
interface PairGoldens {
  readonly pairs: readonly { readonly component: string; readonly top: readonly GoldenPair[] }[];
  readonly singular: readonly GoldenDirection[];
}

interface GoldenDirection {
  readonly component: string;
  readonly sigma: number;
  /** Ids by falling |score|. */
  readonly left_abs_top: readonly number[];
  readonly right_abs_top: readonly number[];
}

function read(file: string): PairGoldens {
  return JSON.parse(readFileSync(file, 'utf8')) as PairGoldens;
}

/** Every model with goldens of pairs. */
export const PAIR_CASES: readonly {
  readonly name: string;
  readonly folder: string;
  readonly goldens: PairGoldens;
}[] = [
  ...FAMILIES.map((name) => {
    const folder = familyFolder(name);
    return { name, folder, goldens: read(path.join(folder, 'goldens-pairs.json')) };
  }),
  {
    name: 'the sample',
    folder: SAMPLE_FOLDER,
    goldens: read(path.resolve(import.meta.dirname, '../fixtures/sample-goldens-pairs.json')),
  },
];

interface FoundPair {
  readonly row: { readonly id: number };
  readonly column: { readonly id: number };
  readonly score: number;
}

function closeTo(a: number, b: number): boolean {
  return Math.abs(a - b) <= SCORE_TOLERANCE * Math.max(1, Math.abs(b));
}

/** The first difference of two lists of pairs; pairs closer than the tolerance may change places. */
export function pairDifference(
  found: readonly FoundPair[],
  golden: readonly GoldenPair[],
): string | null {
  if (found.length !== golden.length) {
    return `${String(found.length)} pairs, wanted ${String(golden.length)}`;
  }
  for (const [place, wanted] of golden.entries()) {
    const pair = found[place];
    const own = golden.find(({ row, column }) => row === pair?.row.id && column === pair.column.id);
    const tied = own ?? golden.at(-1);
    if (
      pair === undefined ||
      !closeTo(pair.score, wanted.score) ||
      !closeTo(pair.score, tied?.score ?? NaN)
    ) {
      return `place ${String(place)} is ${JSON.stringify(pair)}, wanted ${JSON.stringify(wanted)}`;
    }
  }
  return null;
}

interface FoundSide {
  readonly top: readonly { readonly id: number; readonly score: number }[];
}

function sideDifference({ top }: FoundSide, golden: readonly number[]): string | null {
  for (const [place, id] of golden.entries()) {
    const token = top[place];
    const wanted = top.find((each) => each.id === id);
    if (token === undefined || wanted === undefined) {
      return `token ${String(id)} is not listed`;
    }
    if (!closeTo(Math.abs(token.score), Math.abs(wanted.score))) {
      return `place ${String(place)} holds ${String(token.id)}, wanted ${String(id)}`;
    }
  }
  return null;
}

/** The first difference of a direction, listed by |score|. */
export function directionDifference(
  found:
    { readonly sigma: number; readonly left: FoundSide; readonly right: FoundSide } | undefined,
  golden: GoldenDirection,
): string | null {
  if (found === undefined || !closeTo(found.sigma, golden.sigma)) {
    return `sigma ${String(found?.sigma)}, wanted ${String(golden.sigma)}`;
  }
  return (
    sideDifference(found.left, golden.left_abs_top) ??
    sideDifference(found.right, golden.right_abs_top)
  );
}
