import {
  formatRowId,
  parseComponentPattern,
  type RowKind,
  type RowRef,
} from '../../core/model/componentId';
import {
  expandComponents,
  type ComponentRow,
  type ComponentRows,
} from '../../core/model/componentSet';
import { checkCancelled, VocabScopeError } from '../../core/errors';
import type { ReadingOptions } from '../../core/projection/options';
import { readRows, type RowResult } from '../../core/projection/readings';
import type { ReadingRequest } from '../../core/projection/readingContext';
import type { ReadingSpace } from '../../core/projection/space';
import type { Matrix } from '../../core/tensor/matrix';
import type { EngineParams, EngineResult } from '../../protocol/engineApi';
import type { Omitted, RowReading } from '../../protocol/reading';
import type { WorkContext } from '../context';
import { groupBy } from '../groupBy';
import type { OpenModel } from '../model/openModel';
import { gatherRows, treatmentOf, type RowTreatment } from './parameterRows';
import { specificityScale } from './ranking';
import { rowReading } from './toProtocol';

/** Rows read at once: enough to keep the multiplication busy, few enough to report progress. */
const BATCH_ROWS = 1024;

/** Tokens a side of one batch: some tens of megabytes. */
const MAX_BATCH_TOKENS = 50_000;

/** Tokens a side of all rows of one answer: a few gigabytes of memory beyond. */
export const MAX_LISTED_TOKENS = 10_000_000;

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

/** Readings under way: what one kind of rows needs is prepared once, however many batches there are. */
interface RowReader {
  readonly model: OpenModel;
  readonly options: ReadingOptions;
  readonly statistics: boolean;
  readonly context: WorkContext;
  readonly plans: Map<string, ReadingPlan>;
}

async function planOf(
  { model, options, statistics, context, plans }: RowReader,
  { row, treatment }: Treated,
  key: string,
): Promise<ReadingPlan> {
  const plan =
    plans.get(key) ??
    (await planReading(model, row.ref.kind, treatment, options, statistics, context));
  plans.set(key, plan);
  return plan;
}

async function readBatch(reader: RowReader, batch: readonly Treated[]): Promise<RowReading[]> {
  const { model, options, context } = reader;
  const { transformer, checkpoint } = model.ready();
  const views = await model.views(context);
  const readings: RowReading[] = [];
  const groups = groupBy(batch, (treated) => groupKey(treated, options));
  for (const [key, group] of groups) {
    const [first] = group;
    if (first === undefined) {
      continue;
    }
    const plan = await planOf(reader, first, key);
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

/** Rows of one batch: as many as keep the multiplication busy, fewer where their lists are long. */
export function batchSize(k: number): number {
  return Math.max(1, Math.min(BATCH_ROWS, Math.floor(MAX_BATCH_TOKENS / k)));
}

/**
 * The rows that the patterns name, in their order: counted at once, made one by one.
 * @throws VocabScopeError `unknownComponent`
 */
export function askedRows(model: OpenModel, patterns: readonly string[]): ComponentRows {
  const { transformer } = model.ready();
  const selections = patterns.map((pattern) =>
    expandComponents(transformer, parseComponentPattern(pattern)),
  );
  return {
    count: selections.reduce((sum, { count }) => sum + count, 0),
    *[Symbol.iterator]() {
      for (const selection of selections) {
        yield* selection;
      }
    },
  };
}

/**
 * Reads rows batch by batch, in their order; a batch is forgotten here when it is given.
 * @throws VocabScopeError `foldRefused`; CancelledError
 */
export async function* readRowBatches(
  model: OpenModel,
  rows: Iterable<ComponentRow>,
  options: ReadingOptions,
  statistics: boolean,
  context: WorkContext,
): AsyncGenerator<readonly RowReading[]> {
  const { transformer, spaces } = model.ready();
  const reader: RowReader = { model, options, statistics, context, plans: new Map() };
  const treatments = new Map<string, RowTreatment>();
  const size = batchSize(options.k);
  let batch: Treated[] = [];
  for (const row of rows) {
    const { kind, layer } = row.ref;
    const place = `${String(layer)} ${kind}`;
    const treatment =
      treatments.get(place) ?? (await treatmentOf(transformer, spaces, row.ref, options));
    treatments.set(place, treatment);
    batch.push({ row, treatment, position: batch.length });
    if (batch.length === size) {
      checkCancelled(context.cancellation);
      yield await readBatch(reader, batch);
      batch = [];
    }
  }
  if (batch.length > 0) {
    checkCancelled(context.cancellation);
    yield await readBatch(reader, batch);
  }
}

/** @throws VocabScopeError `limit` where an answer would list too many tokens */
export function requireListable(rows: number, k: number): void {
  if (rows * k > MAX_LISTED_TOKENS) {
    throw new VocabScopeError(
      'limit',
      `${String(rows)} rows of ${String(k)} tokens a side are too many for one answer; ask for fewer rows at once, or fewer tokens.`,
    );
  }
}

/** Rows `start` to `end` of some. */
function* rowsBetween(rows: ComponentRows, start: number, end: number): Iterable<ComponentRow> {
  let at = 0;
  for (const row of rows) {
    if (at >= end) {
      return;
    }
    if (at >= start) {
      yield row;
    }
    at += 1;
  }
}

/**
 * Reads the rows that the components name, in their order, or a range of them.
 * @throws VocabScopeError `unknownComponent`, `foldRefused`, `limit`; CancelledError
 */
export async function readComponentRange(
  model: OpenModel,
  { components, options, statistics = true, start = 0, count }: EngineParams<'readRows'>,
  context: WorkContext,
): Promise<EngineResult<'readRows'>> {
  const asked = askedRows(model, components);
  const total = asked.count;
  const end = Math.min(total, start + (count ?? total));
  requireListable(end - start, options.k);
  const rows = rowsBetween(asked, start, end);
  const readings: RowReading[] = [];
  for await (const batch of readRowBatches(model, rows, options, statistics, context)) {
    readings.push(...batch);
    context.onProgress({ done: start + readings.length, total, unit: 'rows' });
  }
  return { rows: readings, total };
}

/** Reads every row that the components name, in their order. @throws as `readComponentRange`. */
export async function readComponents(
  model: OpenModel,
  components: readonly string[],
  options: ReadingOptions,
  statistics: boolean,
  context: WorkContext,
): Promise<readonly RowReading[]> {
  const asked = { model: model.summary.model, components, options, statistics };
  return (await readComponentRange(model, asked, context)).rows;
}
