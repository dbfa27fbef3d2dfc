import {
  formatRowId,
  parseComponentPattern,
  type RowKind,
  type RowRef,
} from '../../core/model/componentId';
import { expandComponents, type ComponentRow } from '../../core/model/componentSet';
import { checkCancelled, VocabScopeError } from '../../core/errors';
import type { ReadingOptions } from '../../core/projection/options';
import { readRows, type RowResult } from '../../core/projection/readings';
import type { ReadingRequest } from '../../core/projection/readingContext';
import type { ReadingSpace } from '../../core/projection/space';
import type { Matrix } from '../../core/tensor/matrix';
import type { Omitted, RowReading } from '../../protocol/reading';
import type { WorkContext } from '../context';
import { groupBy } from '../groupBy';
import type { OpenModel } from '../model/openModel';
import { gatherRows, treatmentOf, type RowTreatment } from './parameterRows';
import { specificityScale } from './ranking';
import { rowReading } from './toProtocol';

/** Rows read at once: enough to keep the multiplication busy, few enough to report progress. */
const BATCH_ROWS = 1024;

/** Tokens a side of all rows of one answer: a few gigabytes of memory beyond. */
const MAX_LISTED_TOKENS = 10_000_000;

const RAW_NOTE = 'Read unfolded: rows outside the blocks stay raw.';

/** How one group of rows is read: everything that the projection needs besides the rows. */
export interface ReadingPlan {
  readonly treatment: RowTreatment;
  readonly space: ReadingSpace;
  readonly options: ReadingOptions;
  readonly allowed: Float32Array | undefined;
  readonly omitted: Omitted;
  readonly tokenScale: Float32Array | undefined;
  readonly statistics: boolean;
}

/** Prepares the reading of rows of one kind under one treatment. @throws CancelledError */
export async function planReading(
  model: OpenModel,
  kind: RowKind,
  treatment: RowTreatment,
  options: ReadingOptions,
  statistics: boolean,
  context: WorkContext,
): Promise<ReadingPlan> {
  const { spaces } = model.ready();
  const needsStatistics = statistics || options.withoutCommon || options.rank === 'cosine';
  const space = needsStatistics
    ? await spaces.prepare(treatment.space, treatment.fold, context)
    : await spaces.bare(treatment.space, treatment.fold);
  const { allowed, omitted } = await spaces.allowed(treatment.space, options, context);
  const tokenScale =
    options.rank === 'specificity'
      ? await specificityScale(model, kind, treatment, space, options, context)
      : undefined;
  return { treatment, space, options, allowed, omitted, tokenScale, statistics };
}

/** What a plan asks of the projection, with `k` tokens a side. */
export function readingRequest(plan: ReadingPlan, k: number): ReadingRequest {
  const { options, space, allowed, tokenScale, statistics } = plan;
  return {
    space,
    k,
    rank: options.rank,
    withoutCommon: options.withoutCommon,
    statistics,
    ...(allowed === undefined ? {} : { allowed }),
    ...(tokenScale === undefined ? {} : { tokenScale }),
  };
}

/** Runs a plan over folded rows `[n, d_model]`. @throws CancelledError */
export async function readPlanned(
  model: OpenModel,
  rows: Matrix,
  plan: ReadingPlan,
  k: number,
  context: WorkContext,
): Promise<RowResult[]> {
  return readRows({ ...readingRequest(plan, k), rows }, model.backend(), {
    cancellation: context.cancellation,
  });
}

interface Treated {
  readonly row: ComponentRow;
  readonly treatment: RowTreatment;
  readonly position: number;
}

/** Rows that can be read in one go: the same space, fold and, for specificity, kind. */
function groupKey({ row, treatment }: Treated, options: ReadingOptions): string {
  const kind = options.rank === 'specificity' ? row.ref.kind : '';
  return `${treatment.space} ${treatment.fold} ${kind}`;
}

/** The id of a row as people read it: classifier rows carry their label. */
export function rowIdOf(model: OpenModel, ref: RowRef): string {
  const { transformer } = model.ready();
  const label = ref.kind === 'C' ? transformer.classifier?.labels[ref.row] : undefined;
  return formatRowId(ref, label);
}

async function readBatch(
  model: OpenModel,
  batch: readonly Treated[],
  options: ReadingOptions,
  statistics: boolean,
  context: WorkContext,
): Promise<RowReading[]> {
  const { transformer, checkpoint } = model.ready();
  const views = await model.views(context);
  const readings: RowReading[] = [];
  const groups = groupBy(batch, (treated) => groupKey(treated, options));
  for (const group of groups.values()) {
    const [first] = group;
    if (first === undefined) {
      continue;
    }
    const { kind } = first.row.ref;
    const plan = await planReading(model, kind, first.treatment, options, statistics, context);
    const rows = await gatherRows(
      transformer,
      checkpoint,
      group.map(({ row, treatment }) => ({ ref: row.ref, rowFold: treatment.rowFold })),
    );
    const results = await readPlanned(model, rows, plan, options.k, context);
    group.forEach(({ row, treatment, position }, index) => {
      const result = results[index];
      if (result !== undefined) {
        const raw = options.fold === 'norms' && treatment.fold === 'none';
        readings[position] = rowReading(
          result,
          {
            component: rowIdOf(model, row.ref),
            space: treatment.space,
            omitted: plan.omitted,
            rank: options.rank,
            withoutCommon: options.withoutCommon,
            ...(row.sharedBy === undefined ? {} : { sharedBy: row.sharedBy }),
            ...(raw ? { note: RAW_NOTE } : {}),
          },
          views,
        );
      }
    });
  }
  return readings;
}

function requireListable(rows: number, k: number): void {
  if (rows * k > MAX_LISTED_TOKENS) {
    throw new VocabScopeError(
      'limit',
      `${String(rows)} rows of ${String(k)} tokens a side are too many for one answer; ask for fewer rows at once, or fewer tokens.`,
    );
  }
}

/**
 * Reads every row that the patterns name, in their order.
 * @throws VocabScopeError `unknownComponent`, `foldRefused`, `limit`; CancelledError
 */
export async function readComponents(
  model: OpenModel,
  patterns: readonly string[],
  options: ReadingOptions,
  statistics: boolean,
  context: WorkContext,
): Promise<RowReading[]> {
  const { transformer, spaces } = model.ready();
  const selections = patterns.map((pattern) =>
    expandComponents(transformer, parseComponentPattern(pattern)),
  );
  requireListable(
    selections.reduce((sum, { count }) => sum + count, 0),
    options.k,
  );
  const rows = selections.flatMap((selection) => [...selection]);
  const treatments = new Map<string, RowTreatment>();
  const readings: RowReading[] = [];
  for (let start = 0; start < rows.length; start += BATCH_ROWS) {
    checkCancelled(context.cancellation);
    const batch: Treated[] = [];
    for (const row of rows.slice(start, start + BATCH_ROWS)) {
      const { kind, layer } = row.ref;
      const place = `${String(layer)} ${kind}`;
      const treatment =
        treatments.get(place) ?? (await treatmentOf(transformer, spaces, row.ref, options));
      treatments.set(place, treatment);
      batch.push({ row, treatment, position: batch.length });
    }
    readings.push(...(await readBatch(model, batch, options, statistics, context)));
    context.onProgress({ done: readings.length, total: rows.length, unit: 'rows' });
  }
  return readings;
}
