import type { ReadingOptions } from '../../core/projection/options';
import type { RowBesideBase, RowChange } from '../../protocol/displacement';
import type { WorkContext } from '../context';
import { readComponents } from '../reading/readComponents';
import type { Displacement } from './displacement';

/**
 * What changed rows say in either model, each against its own vocabulary, in their order.
 * @throws VocabScopeError `limit`; CancelledError
 */
export async function readBesideBase(
  { base, tuned }: Displacement,
  changes: readonly RowChange[],
  options: ReadingOptions,
  context: WorkContext,
): Promise<RowBesideBase[]> {
  const ids = (rows: readonly RowChange[]): string[] => rows.map(({ component }) => component);
  const known = changes.filter(({ isNew }) => !isNew);
  const before = await readComponents(base, ids(known), options, true, context);
  const after = await readComponents(tuned, ids(changes), options, true, context);
  const inBase = new Map(before.map((reading) => [reading.component, reading]));
  return after.map((reading) => ({
    base: inBase.get(reading.component) ?? null,
    tuned: reading,
  }));
}
