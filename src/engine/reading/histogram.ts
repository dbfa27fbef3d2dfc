import { VocabScopeError } from '../../core/errors';
import { parseComponentPattern, type RowRef } from '../../core/model/componentId';
import { expandComponents } from '../../core/model/componentSet';
import { HISTOGRAM_REACH } from '../../core/projection/bins';
import { scoreHistograms, type BinCounts } from '../../core/projection/histogram';
import type { ReadingOptions } from '../../core/projection/options';
import type { PreparedSpace } from '../../core/projection/space';
import type { Histogram } from '../../protocol/engineApi';
import type { Shape } from '../../protocol/rowDetails';
import type { WorkContext } from '../context';
import { groupBy } from '../groupBy';
import type { OpenModel } from '../model/openModel';
import { gatherRows, treatmentOf, type RowTreatment } from './parameterRows';

/** Rows of one answer: more than are in sight of a table. */
const MAX_SHAPES = 256;

/** A row on its way to its histogram. */
interface Treated {
  readonly ref: RowRef;
  readonly treatment: RowTreatment;
}

async function treat(
  model: OpenModel,
  component: string,
  options: ReadingOptions,
): Promise<Treated> {
  const { transformer, spaces } = model.ready();
  const [row] = expandComponents(transformer, parseComponentPattern(component));
  if (row === undefined) {
    throw new VocabScopeError('unknownComponent', `"${component}" names no row.`);
  }
  return { ref: row.ref, treatment: await treatmentOf(transformer, spaces, row.ref, options) };
}

/** Rows that are read in one space, in their order; null where scores are constant or not finite. */
async function binRows(
  model: OpenModel,
  rows: readonly Treated[],
  space: PreparedSpace,
  { cancellation }: WorkContext,
): Promise<(BinCounts | null)[]> {
  const { transformer, checkpoint } = model.ready();
  const gathered = await gatherRows(
    transformer,
    checkpoint,
    rows.map(({ ref, treatment: { rowFold } }) => ({ ref, rowFold })),
  );
  return scoreHistograms(gathered, space, model.backend(), { cancellation });
}

/** A row's scores in bins beside the control's. @throws VocabScopeError `nonFinite` where there is nothing to draw. */
export async function readHistogram(
  model: OpenModel,
  component: string,
  options: ReadingOptions,
  context: WorkContext,
): Promise<Histogram> {
  const row = await treat(model, component, options);
  const { space, fold } = row.treatment;
  const prepared = await model.ready().spaces.prepare(space, fold, context);
  const [counts = null] = await binRows(model, [row], prepared, context);
  if (counts === null) {
    throw new VocabScopeError(
      'nonFinite',
      `The scores of ${component} are constant or not finite: there is no histogram of them.`,
    );
  }
  return {
    component,
    low: -HISTOGRAM_REACH,
    high: HISTOGRAM_REACH,
    counts,
    controlShares: [...prepared.statistics.control.binShares],
  };
}

/**
 * The same counts of several rows, at the price of one multiplication for all that are read in one space.
 * @throws VocabScopeError `unknownComponent`, `foldRefused`, `limit`; CancelledError
 */
export async function readShapes(
  model: OpenModel,
  components: readonly string[],
  options: ReadingOptions,
  context: WorkContext,
): Promise<Shape[]> {
  if (components.length > MAX_SHAPES) {
    throw new VocabScopeError('limit', `Ask for the shapes of at most ${String(MAX_SHAPES)} rows.`);
  }
  const rows: Treated[] = [];
  for (const component of components) {
    rows.push(await treat(model, component, options));
  }
  const found = new Map<Treated, BinCounts | null>();
  const groups = groupBy(rows, ({ treatment: { space, fold } }) => `${space} ${fold}`);
  for (const group of groups.values()) {
    const [first] = group;
    if (first !== undefined) {
      const { space, fold } = first.treatment;
      const prepared = await model.ready().spaces.prepare(space, fold, context);
      const counts = await binRows(model, group, prepared, context);
      group.forEach((row, i) => found.set(row, counts[i] ?? null));
    }
  }
  return components.map((component, i) => {
    const row = rows[i];
    return { component, counts: row === undefined ? null : (found.get(row) ?? null) };
  });
}
