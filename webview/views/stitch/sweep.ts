/** A sweep of stitched models as a page asks for it. */
import { dataOf } from '../../../src/protocol/stitch';
import type { StitchRecipe, StitchResult } from '../../../src/protocol/stitch';
import type { PanelStore } from '../../state/panelStore';
import type { Fetch } from '../../state/resource';
import type { StitchAsked } from '../../state/stitchState';

/** Last blocks of A that run, a curve each. */
const TRANSPLANTS = [1, 2, 3] as const;

/** What a sweep measures beside the plain curves, and of which tokens. */
interface SweepWays {
  readonly control: boolean;
  readonly excludeUndertrained: boolean;
  readonly translate: boolean;
}

/** What sets each comparison apart from the plain curves. */
export const ASKED_WAYS: Readonly<Record<StitchAsked, Partial<SweepWays>>> = {
  trainedTokens: { excludeUndertrained: true },
  translated: { translate: true },
};

/** What names a sweep among all, and how it is asked for. */
type Sweep = readonly [key: string, fetch: Fetch<StitchResult>];

/**
 * A sweep over all stitched models of a recipe.
 * @param both what names the two models
 * @param base B as it is open
 */
export function sweepOf(
  store: PanelStore,
  { both, base, recipe }: { both: string; base: string; recipe: StitchRecipe },
  ways: Partial<SweepWays>,
): Sweep {
  const layers = store.summary?.shape?.nLayers ?? 0;
  const { pool } = recipe;
  const params = {
    ...{ control: false, excludeUndertrained: false, translate: false, ...ways },
    ...{ base, data: dataOf(recipe), calibrate: true },
    withoutFinalNorm: store.ui.stitch.withoutFinalNorm,
    transplants: TRANSPLANTS.filter((n) => n <= layers),
    ...(pool === undefined ? {} : { pool }),
  };
  return [
    `${both} ${JSON.stringify(params)}`,
    (signal, onProgress) => store.host.query('stitch', params, { signal, onProgress }),
  ];
}
