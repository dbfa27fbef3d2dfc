import { checkCancelled } from '../../core/errors';
import { formatMatrixId, type MatrixRef } from '../../core/model/componentId';
import { matrixRows } from '../../core/model/componentSet';
import { foldRows } from '../../core/projection/fold';
import type { ReadingOptions } from '../../core/projection/options';
import type { WorkContext } from '../context';
import type { OpenModel } from '../model/openModel';
import { readTableRows, treatmentOf } from '../reading/parameterRows';
import { planReading, readPlanned } from '../reading/readComponents';
import { createScanTable, isScanTable, SCAN_TOKENS, storeRow, type ScanTable } from './scanTable';

const BATCH_ROWS = 512;

/** The part of a scanned table that a matrix id names: heads are part of their layer's table. */
export interface TablePart {
  /** The table that is scanned: `E`, `L3.FF.K`, `L3.Q`. */
  readonly table: MatrixRef;
  readonly tableRows: number;
  /** Rows of the table that belong to the matrix. */
  readonly first: number;
  readonly count: number;
}

/** Where the rows of a matrix id lie in a table. @throws VocabScopeError `unknownComponent` */
export function tablePartOf(model: OpenModel, ref: MatrixRef): TablePart {
  const { transformer } = model.ready();
  const { first, count } = matrixRows(transformer, ref);
  const table: MatrixRef = {
    kind: ref.kind,
    ...(ref.layer === undefined ? {} : { layer: ref.layer }),
  };
  return { table, tableRows: matrixRows(transformer, table).count, first, count };
}

/** What decides the result of a scan; tokens per side are fixed, so `k` is no part of it. */
export function scanKey(table: MatrixRef, { k: _, ...options }: ReadingOptions): string {
  return JSON.stringify([formatMatrixId(table), options, SCAN_TOKENS]);
}

/** A table scanned before, from memory or disk; undefined where it must be computed. */
export async function storedScan(
  model: OpenModel,
  { table, tableRows }: TablePart,
  options: ReadingOptions,
): Promise<ScanTable | undefined> {
  const key = scanKey(table, options);
  const known = model.scans.get(key);
  if (known !== undefined) {
    return known;
  }
  const valid = (value: unknown): value is ScanTable => isScanTable(value, tableRows);
  const stored = await model.cache?.get({ ...model.identity, what: 'scan', key }, valid);
  if (stored !== undefined) {
    model.scans.set(key, stored);
  }
  return stored;
}

async function compute(
  model: OpenModel,
  { table, tableRows }: TablePart,
  options: ReadingOptions,
  context: WorkContext,
): Promise<ScanTable> {
  const { transformer, checkpoint, spaces } = model.ready();
  const treatment = await treatmentOf(transformer, spaces, table, options);
  const plan = await planReading(model, table.kind, treatment, options, true, context);
  const scanned = createScanTable(tableRows);
  for (let start = 0; start < tableRows; start += BATCH_ROWS) {
    checkCancelled(context.cancellation);
    const count = Math.min(BATCH_ROWS, tableRows - start);
    const stored = await readTableRows(transformer, checkpoint, table, start, count);
    const rows = foldRows(stored, treatment.rowFold);
    const results = await readPlanned(model, rows, plan, SCAN_TOKENS, context);
    results.forEach((result, index) => {
      storeRow(scanned, start + index, result);
    });
    context.onProgress({ done: start + count, total: tableRows, unit: 'rows' });
  }
  return scanned;
}

/** Reads and judges every row of a table, once: later calls answer from memory or disk. @throws CancelledError */
export async function scanMatrix(
  model: OpenModel,
  part: TablePart,
  options: ReadingOptions,
  context: WorkContext,
): Promise<ScanTable> {
  const key = scanKey(part.table, options);
  return model.scans.work.run(key, context, async (shared) => {
    const known = await storedScan(model, part, options);
    if (known !== undefined) {
      return known;
    }
    const scanned = await compute(model, part, options, shared);
    model.scans.set(key, scanned);
    await model.cache?.put({ ...model.identity, what: 'scan', key }, scanned);
    return scanned;
  });
}
