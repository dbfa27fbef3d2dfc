import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

export interface GoldenToken {
  readonly id: number;
  readonly score: number;
}

export interface GoldenRow {
  readonly component: string;
  readonly norm: number;
  readonly top: readonly GoldenToken[];
  readonly bottom: readonly GoldenToken[];
  readonly trained?: Readonly<
    Record<'mean' | 'std' | 'skewness' | 'kurtosis' | 'kurtosis_centered', number>
  >;
}

/** Readings computed independently, as `test/fixtures/README.md` describes them. */
export interface Goldens {
  readonly info: Readonly<Record<string, unknown>>;
  readonly tokens: readonly GoldenRow[];
  readonly folded?: readonly GoldenRow[];
  readonly fold_refused?: boolean;
  readonly tokenizer?: readonly {
    readonly id: number;
    readonly token: string | null;
    readonly also?: readonly string[];
    readonly padding?: boolean;
  }[];
  readonly undertrained?: readonly number[];
  readonly readable?: readonly {
    readonly layer: number;
    readonly kind: string;
    readonly rows: readonly number[];
  }[];
}

const fixtures = path.resolve(import.meta.dirname, '../fixtures');

export const FAMILIES_FOLDER = path.join(fixtures, 'families');
export const SAMPLE_FOLDER = path.resolve(import.meta.dirname, '../../media/sample');
export const FAMILIES: readonly string[] = readdirSync(FAMILIES_FOLDER);

export function familyFolder(family: string): string {
  return path.join(FAMILIES_FOLDER, family);
}

export function familyGoldens(family: string): Goldens {
  return JSON.parse(
    readFileSync(path.join(familyFolder(family), 'goldens.json'), 'utf8'),
  ) as Goldens;
}

export function sampleGoldens(): Goldens {
  return JSON.parse(readFileSync(path.join(fixtures, 'sample-goldens.json'), 'utf8')) as Goldens;
}

/**
 * Scores are sums of at most 128 float32 products of size about 1, recomputed in float64: they agree to the
 * nine digits that the goldens are printed with, but for the float32 rounding of folded rows.
 */
const SCORE_TOLERANCE = 2e-6;

/** Ids may stand in another order only where their scores are closer than the tolerance. */
export function sameSide(
  found: readonly { readonly id: number; readonly score: number }[],
  golden: readonly GoldenToken[],
): string | null {
  for (const [index, wanted] of golden.entries()) {
    const got = found[index];
    if (got === undefined) {
      return `place ${String(index)} is empty, wanted ${JSON.stringify(wanted)}`;
    }
    const scale = Math.max(1, Math.abs(wanted.score));
    if (Math.abs(got.score - wanted.score) > SCORE_TOLERANCE * scale) {
      return `place ${String(index)} has score ${String(got.score)}, wanted ${JSON.stringify(wanted)}`;
    }
    const own = golden.find(({ id }) => id === got.id);
    const last = golden.at(-1);
    const tied = own ?? last;
    if (tied === undefined || Math.abs(tied.score - got.score) > SCORE_TOLERANCE * scale) {
      return `place ${String(index)} has token ${String(got.id)}, wanted ${JSON.stringify(wanted)}`;
    }
  }
  return null;
}
