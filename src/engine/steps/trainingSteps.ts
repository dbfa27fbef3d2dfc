import { MovementSum } from '../../core/analysis/rowMovement';
import { checkCancelled, VocabScopeError } from '../../core/errors';
import {
  formatMatrixId,
  parseComponentPattern,
  parseMatrixId,
  type MatrixRef,
} from '../../core/model/componentId';
import {
  expandComponents,
  listMatrices,
  matrixRows,
  rowOfMatrix,
  type ComponentRow,
} from '../../core/model/componentSet';
import type { Transformer } from '../../core/model/transformer';
import { batchesOf } from '../../core/projection/workPlan';
import type { Matrix } from '../../core/tensor/matrix';
import type { RowReading, TableRow } from '../../protocol/reading';
import {
  MAX_STEPS,
  type StepChange,
  type StepName,
  type StepsParams,
  type StepsResult,
  type TableStep,
} from '../../protocol/steps';
import type { WorkContext } from '../context';
import { stepNumber } from '../../formats/locateModel';
import { requireSameShape } from '../displacement/comparedTables';
import type { OpenModel } from '../model/openModel';
import { gatherRows, readTableRows } from '../reading/parameterRows';
import { readComponents, rowIdOf } from '../reading/readComponents';
import { tableRow } from '../scan/rowPage';
import { scanMatrix, tablePartOf } from '../scan/scanMatrix';
import { overviewOf, type ScanTable } from '../scan/scanTable';

const BATCH_ROWS = 1024;
const MAX_ROWS = 200;
/** The most readable rows of a table that are listed at each step. */
const READABLE_ROWS = 3;

function stepName({ summary: { name } }: OpenModel): StepName {
  return { name, step: stepNumber(name) };
}

/** What is asked for. */
interface Asked {
  readonly tables: readonly MatrixRef[];
  readonly rows: readonly ComponentRow[];
}

function askedOf(transformer: Transformer, components: readonly string[]): Asked {
  const isTable = (text: string): boolean => !text.includes('[');
  const rows = components
    .filter((text) => !isTable(text))
    .flatMap((text) => {
      const selection = expandComponents(transformer, parseComponentPattern(text));
      requireFew(selection.count);
      return [...selection];
    });
  requireFew(rows.length);
  return { rows, tables: components.filter(isTable).map(parseMatrixId) };
}

function requireFew(rows: number): void {
  if (rows > MAX_ROWS) {
    throw new VocabScopeError(
      'limit',
      `Ask for at most ${String(MAX_ROWS)} rows over the steps of a training; whole tables go by their name, such as L3.FF.V.`,
    );
  }
}

function changesOf(sum: MovementSum): StepChange[] {
  const moved = sum.finish();
  return moved.map((movement, step) => {
    const before = moved[step - 1]?.norm;
    const { sincePrevious } = movement;
    return {
      ...movement,
      relative:
        sincePrevious === 0
          ? 0
          : before === undefined || before === 0
            ? null
            : sincePrevious / before,
    };
  });
}

/** Rows of a table that every step has: vocabularies may grow. */
function commonRows(models: readonly OpenModel[], ref: MatrixRef): number {
  return Math.min(...models.map((model) => matrixRows(model.ready().transformer, ref).count));
}

async function tableChanges(
  models: readonly OpenModel[],
  ref: MatrixRef,
  context: WorkContext,
): Promise<StepChange[]> {
  const sum = new MovementSum(models.length);
  for (const { start, count } of batchesOf(commonRows(models, ref), BATCH_ROWS)) {
    checkCancelled(context.cancellation);
    const batch: Matrix[] = [];
    for (const model of models) {
      const { transformer, checkpoint } = model.ready();
      batch.push(await readTableRows(transformer, checkpoint, ref, start, count));
    }
    sum.add(batch);
  }
  return changesOf(sum);
}

/** The rows of highest z of a scanned table. */
async function readableRows(
  model: OpenModel,
  ref: MatrixRef,
  table: ScanTable,
  context: WorkContext,
): Promise<TableRow[]> {
  const { transformer } = model.ready();
  const views = await model.views(context);
  const rows = [...table.z.keys()].filter((row) => !Number.isNaN(table.z[row]));
  rows.sort((a, b) => (table.z[b] ?? 0) - (table.z[a] ?? 0) || a - b);
  return rows
    .slice(0, READABLE_ROWS)
    .map((row) => tableRow(table, row, rowIdOf(model, rowOfMatrix(transformer, ref, row)), views));
}

async function readability(
  model: OpenModel,
  ref: MatrixRef,
  { options }: StepsParams,
  context: WorkContext,
): Promise<NonNullable<TableStep['readability']>> {
  const part = tablePartOf(model, ref);
  const table = await scanMatrix(model, part, options, context);
  const { rows, standOut, meanKurtosis } = overviewOf(formatMatrixId(ref), table);
  return {
    rows,
    standOut,
    meanKurtosis,
    readable: await readableRows(model, part.table, table, context),
  };
}

async function tableSteps(
  models: readonly OpenModel[],
  ref: MatrixRef,
  params: StepsParams,
  context: WorkContext,
): Promise<TableStep[]> {
  const changes = await tableChanges(models, ref, context);
  const points: TableStep[] = [];
  for (const [step, change] of changes.entries()) {
    const model = models[step];
    const isAsked = params.components !== undefined && model !== undefined;
    points.push({
      ...change,
      readability: isAsked ? await readability(model, ref, params, context) : null,
    });
  }
  return points;
}

/** The readings of rows at every step: all rows of a step together, since each read goes over its whole embedding. */
async function stepReadings(
  models: readonly OpenModel[],
  components: readonly string[],
  { options }: StepsParams,
  context: WorkContext,
): Promise<readonly (readonly RowReading[])[]> {
  const readings: (readonly RowReading[])[] = [];
  for (const model of components.length === 0 ? [] : models) {
    checkCancelled(context.cancellation);
    readings.push(await readComponents(model, components, options, true, context));
  }
  return readings;
}

async function rowChanges(
  models: readonly OpenModel[],
  { ref }: ComponentRow,
): Promise<StepChange[]> {
  const sum = new MovementSum(models.length);
  const batch: Matrix[] = [];
  for (const model of models) {
    const { transformer, checkpoint } = model.ready();
    batch.push(await gatherRows(transformer, checkpoint, [{ ref, rowFold: null }]));
  }
  sum.add(batch);
  return changesOf(sum);
}

/**
 * Rows and tables over the steps of a training: how far they moved, how readable they are, and what they say, each step
 * read with its own embeddings. Norms of change are of the weights as stored.
 * @throws VocabScopeError `incomparable`, `unknownComponent`, `limit`; CancelledError
 */
export async function trainingSteps(
  models: readonly OpenModel[],
  params: StepsParams,
  context: WorkContext,
): Promise<StepsResult> {
  const [first, ...others] = models;
  if (first === undefined || others.length === 0 || models.length > MAX_STEPS) {
    throw new VocabScopeError('usage', `Name from 2 to ${String(MAX_STEPS)} steps of a training.`);
  }
  others.forEach((model) => {
    requireSameShape(first, model);
  });
  const { transformer } = first.ready();
  const layers = listMatrices(transformer).flatMap(({ ref }) =>
    ref.layer === undefined ? [] : [ref],
  );
  const asked =
    params.components === undefined
      ? { rows: [], tables: layers }
      : askedOf(transformer, params.components);
  const total = asked.rows.length + asked.tables.length;
  const tables: StepsResult['tables'][number][] = [];
  const rows: StepsResult['rows'][number][] = [];
  const report = (): void => {
    context.onProgress({ done: tables.length + rows.length, total, unit: 'components' });
  };
  for (const ref of asked.tables) {
    checkCancelled(context.cancellation);
    tables.push({
      matrix: formatMatrixId(ref),
      points: await tableSteps(models, ref, params, context),
    });
    report();
  }
  const components = asked.rows.map(({ ref }) => rowIdOf(first, ref));
  const readings = await stepReadings(models, components, params, context);
  for (const [at, row] of asked.rows.entries()) {
    checkCancelled(context.cancellation);
    const points = (await rowChanges(models, row)).flatMap((change, step) => {
      const reading = readings[step]?.[at];
      return reading === undefined ? [] : [{ ...change, reading }];
    });
    rows.push({ component: components[at] ?? '', points });
    report();
  }
  return { steps: models.map(stepName), rows, tables };
}
