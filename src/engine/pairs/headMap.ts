import {
  formatHeadMatrixId,
  HEAD_MATRICES,
  type HeadMatrixRef,
} from '../../core/model/headMatrixId';
import type { HeadOverview } from '../../protocol/pairs';
import type { WorkContext } from '../context';
import type { OpenModel } from '../model/openModel';
import type { TokenViews } from '../tokenViews';
import { requireDistance, type HeadOptions } from './headHalves';
import { layerHeads } from './headTables';
import { askedHeads } from './askedHeads';
import type { HeadEntry } from './pairStore';
import { pairView } from './pairView';
import { scanHeads } from './scanHeads';

/** Every head that is known under these options, layer by layer; computes nothing. */
export async function headMap(
  model: OpenModel,
  options: HeadOptions,
  context: WorkContext,
): Promise<HeadOverview[]> {
  const { nLayers } = model.ready().transformer.shape;
  const views = await model.views(context);
  const heads: HeadOverview[] = [];
  for (let layer = 0; layer < nLayers; layer += 1) {
    for (const kind of HEAD_MATRICES) {
      const entries = await layerHeads(model, { kind, layer }, options);
      entries.forEach((entry, head) => {
        if (entry !== null) {
          heads.push(overviewOf({ kind, layer, head }, entry, views, model));
        }
      });
    }
  }
  return heads;
}

/** Heads at a glance, judged where they are not yet. @throws VocabScopeError `unknownComponent`, `foldRefused`, `deltaRefused`, `nonFinite`; CancelledError */
export async function headOverviews(
  model: OpenModel,
  components: readonly string[],
  options: HeadOptions,
  context: WorkContext,
): Promise<HeadOverview[]> {
  const refs = askedHeads(model, components);
  requireDistance(model, refs, options.delta);
  model.ready().spaces.requireFoldable(options.fold);
  const entries = await scanHeads(model, refs, options, context);
  const views = await model.views(context);
  return refs.flatMap((ref, i) => {
    const entry = entries[i];
    return entry === undefined ? [] : [overviewOf(ref, entry, views, model)];
  });
}

function overviewOf(
  ref: HeadMatrixRef,
  entry: HeadEntry,
  views: TokenViews,
  { vocabulary }: OpenModel,
): HeadOverview {
  const component = formatHeadMatrixId(ref);
  return 'problem' in entry
    ? { component, statistics: null, best: [], problem: entry.problem }
    : {
        component,
        statistics: entry.statistics,
        best: entry.best.map((pair) => pairView(pair, false, views, vocabulary)),
      };
}
