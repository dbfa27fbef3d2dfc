import type { RowRef } from '../../core/model/componentId';
import type { ReadingOptions } from '../../core/projection/options';
import type { RowResult } from '../../core/projection/readings';
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
  /** Its lists, where tokens were asked for. */
  readonly lists: RowResult | null;
}

/** What is asked of rows that a search found. */
export interface Judgement {
  /** The searched token. */
  readonly id: number;
  readonly options: ReadingOptions;
  /** Whether z is wanted; else it is null. */
  readonly statistics: boolean;
  /** Tokens to list on each side of a row. */
  readonly words: number;
}

/**
 * z, the token's place and the lists of some rows, in their order. Rows of one space and fold are read together.
 * @throws CancelledError
 */
export async function judgeRows(
  model: OpenModel,
  refs: readonly RowRef[],
  { id, options, statistics, words }: Judgement,
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
    const readings =
      statistics || words > 0 ? await readPlanned(model, rows, plan, words, context) : [];
    group.forEach(({ position }, i) => {
      const reading = readings[i];
      judged[position] = {
        z: reading?.z ?? null,
        rank: places[i] ?? null,
        lists: words > 0 ? (reading ?? null) : null,
      };
    });
  }
  return judged;
}
