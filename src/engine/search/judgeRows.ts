import type { RowRef } from '../../core/model/componentId';
import type { ReadingOptions } from '../../core/projection/options';
import { tokenPlaces } from '../../core/projection/tokenPlaces';
import type { WorkContext } from '../context';
import { groupBy } from '../groupBy';
import type { OpenModel } from '../model/openModel';
import { gatherRows, treatmentOf, type RowTreatment } from '../reading/parameterRows';
import { planReading, readPlanned, readingRequest } from '../reading/readComponents';

/** What a row says besides its score for a token. */
export interface JudgedRow {
  readonly z: number | null;
  /** The token's place in the row's list. */
  readonly rank: number | null;
}

/**
 * z and the token's place of some rows, in their order. Rows of one space and fold are read together; without
 * `statistics` z is null.
 * @throws CancelledError
 */
export async function judgeRows(
  model: OpenModel,
  refs: readonly RowRef[],
  id: number,
  options: ReadingOptions,
  statistics: boolean,
  context: WorkContext,
): Promise<JudgedRow[]> {
  const { transformer, checkpoint, spaces } = model.ready();
  const judged: JudgedRow[] = [];
  const treatments = new Map<string, RowTreatment>();
  const treated: { ref: RowRef; position: number; treatment: RowTreatment }[] = [];
  for (const [position, ref] of refs.entries()) {
    const place = `${String(ref.layer)} ${ref.kind}`;
    const treatment =
      treatments.get(place) ?? (await treatmentOf(transformer, spaces, ref, options));
    treatments.set(place, treatment);
    treated.push({ ref, position, treatment });
  }
  const groups = groupBy(treated, ({ ref, treatment }) => {
    const kind = options.rank === 'specificity' ? ref.kind : '';
    return `${treatment.space} ${treatment.fold} ${kind}`;
  });
  for (const group of groups.values()) {
    const [first] = group;
    if (first === undefined) {
      continue;
    }
    const plan = await planReading(
      model,
      first.ref.kind,
      first.treatment,
      options,
      statistics,
      context,
    );
    const rows = await gatherRows(
      transformer,
      checkpoint,
      group.map(({ ref, treatment }) => ({ ref, rowFold: treatment.rowFold })),
    );
    const token = { id, row: await plan.space.matrix.rowsById([id]) };
    const places = await tokenPlaces(
      { ...readingRequest(plan, 0), statistics: false, rows },
      token,
      model.backend(),
      { cancellation: context.cancellation },
    );
    const readings = statistics ? await readPlanned(model, rows, plan, 0, context) : [];
    group.forEach(({ position }, i) => {
      judged[position] = { z: readings[i]?.z ?? null, rank: places[i] ?? null };
    });
  }
  return judged;
}
