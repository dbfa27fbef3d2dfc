import { pairOptionsBeside, type PairView } from '../../protocol/pairs';
import type { CallOptions } from '../engine/request';
import type { EngineClient } from '../engine/supervisor';
import type { OpenModel } from '../models/openModel';

/** Heads times tokens that are searched because somebody looks at their lines: about a second. */
const MAX_SEARCHED_TOKENS = 1_000_000;

/**
 * The best pair of each of some heads, `L3.H7.VO`; of heads that would take long only where they are judged already.
 * @throws EngineFailure, CancelledError
 */
export async function bestPairs(
  engine: EngineClient,
  { handle, options, summary }: OpenModel,
  components: readonly string[],
  work: CallOptions,
): Promise<ReadonlyMap<string, PairView>> {
  const found = new Map<string, PairView>();
  const { space, fold } = options;
  if (components.length * (summary.shape?.dVocab ?? 0) <= MAX_SEARCHED_TOKENS) {
    const asked = { components, options: { ...pairOptionsBeside(options), k: 1 } };
    const wanted = { model: handle, ...asked, statistics: false, passUnreadable: true };
    const { rows } = await engine.call('pairs', wanted, work);
    for (const { component, top } of rows) {
      if (top[0] !== undefined) found.set(component, top[0]);
    }
    return found;
  }
  const { heads } = await engine.call('headMap', { model: handle, options: { space, fold } }, work);
  for (const { component, best } of heads) {
    if (best[0] !== undefined) found.set(component, best[0]);
  }
  return found;
}
