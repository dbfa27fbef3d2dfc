import { VocabScopeError } from '../../core/errors';
import { parseMatrixId } from '../../core/model/componentId';
import { matrixRows } from '../../core/model/componentSet';
import { foldRows, type RowFold } from '../../core/projection/fold';
import type { ReadingOptions } from '../../core/projection/options';
import { uint32At } from '../../core/tensor/elements';
import { at, type Matrix } from '../../core/tensor/matrix';
import { readRowsById } from '../../formats/readRows';
import type { RowIds, RowIdsParams, RowPage, RowPageParams } from '../../protocol/engineApi';
import type { TableRow } from '../../protocol/reading';
import type { WorkContext } from '../context';
import type { OpenModel } from '../model/openModel';
import { treatmentOf } from '../reading/parameterRows';
import { planReading, readPlanned } from '../reading/readComponents';
import { requirePage } from '../requirePage';
import { rowReading, scoredTokens } from '../reading/toProtocol';
import type { TokenViews } from '../tokenViews';
import { matrixRowId, orderedRows, type AskedMatrix } from './orderedRows';
import { storedScan, tablePartOf } from './scanMatrix';
import { SCAN_TOKENS, sideOf, speaksOf, STANDS_OUT_Z, type ScanTable } from './scanTable';

const MAX_ROW_IDS = 10_000;

function numberOrNull(value: number): number | null {
  return Number.isNaN(value) ? null : value;
}

/** A row of a scanned table as it travels. */
export function tableRow(
  table: ScanTable,
  row: number,
  component: string,
  views: TokenViews,
): TableRow {
  const number = (column: Float32Array): number | null => numberOrNull(at(column, row));
  return {
    component,
    norm: at(table.norm, row),
    nonFinite: at(table.nonFinite, row),
    mean: number(table.mean),
    std: number(table.std),
    skewness: number(table.skewness),
    kurtosis: number(table.kurtosis),
    kurtosisCentered: number(table.kurtosisCentered),
    z: number(table.z),
    speaks: speaksOf(table, row),
    top: scoredTokens(sideOf(table, row, 'top'), views),
    bottom: scoredTokens(sideOf(table, row, 'bottom'), views),
  };
}

async function scannedPage(
  model: OpenModel,
  { ref, part }: AskedMatrix,
  scan: ScanTable,
  rows: Uint32Array,
  { start, count }: RowPageParams,
  context: WorkContext,
): Promise<RowPage> {
  const { first } = part;
  const views = await model.views(context);
  return {
    rows: [...rows.subarray(start, start + count)].map((row) =>
      tableRow(scan, row, matrixRowId(model, ref, row - first), views),
    ),
    start,
    total: rows.length,
    matrixRows: part.count,
    scanned: true,
    standOut: scan.z
      .subarray(first, first + part.count)
      .reduce((sum, z) => sum + (z > STANDS_OUT_Z ? 1 : 0), 0),
  };
}

/** Single rows of a table, folded, `[rows.length, d_model]`. */
async function readRowNumbers(
  model: OpenModel,
  { part }: AskedMatrix,
  rows: Uint32Array,
  rowFold: RowFold | null,
): Promise<Matrix> {
  const { transformer, checkpoint } = model.ready();
  const { view } = matrixRows(transformer, part.table);
  return foldRows(await readRowsById(checkpoint, view, [...rows]), rowFold);
}

async function freshPage(
  model: OpenModel,
  asked: AskedMatrix,
  rows: Uint32Array,
  params: RowPageParams,
  context: WorkContext,
): Promise<RowPage> {
  const { transformer, spaces } = model.ready();
  const { ref, part } = asked;
  const { options, start, count } = params;
  const treatment = await treatmentOf(transformer, spaces, ref, options);
  const statistics = params.statistics !== false;
  const plan = await planReading(model, ref.kind, treatment, options, statistics, context);
  const paged = rows.subarray(start, start + count);
  const read = await readRowNumbers(model, asked, paged, treatment.rowFold);
  const results = await readPlanned(model, read, plan, SCAN_TOKENS, context);
  const views = await model.views(context);
  return {
    rows: results.map((result, index) =>
      rowReading(
        result,
        {
          component: matrixRowId(model, ref, uint32At(paged, index) - part.first),
          space: treatment.space,
          omitted: plan.omitted,
          rank: options.rank,
          withoutCommon: options.withoutCommon,
        },
        views,
      ),
    ),
    start,
    total: rows.length,
    matrixRows: part.count,
    scanned: false,
    standOut: null,
  };
}

async function askedMatrix(
  model: OpenModel,
  matrix: string,
  options: ReadingOptions,
): Promise<AskedMatrix> {
  const ref = parseMatrixId(matrix);
  const part = tablePartOf(model, ref);
  model.ready().spaces.requireFoldable(options.fold);
  return { ref, part, scan: await storedScan(model, part, options) };
}

/**
 * Rows `start` to `start + count` of a matrix in the order asked for. A matrix that is not scanned answers by
 * row and by norm only. @throws VocabScopeError `unknownComponent`, `foldRefused`, `limit`; CancelledError
 */
export async function rowPage(
  model: OpenModel,
  params: RowPageParams,
  context: WorkContext,
): Promise<RowPage> {
  requirePage(params.count);
  const asked = await askedMatrix(model, params.matrix, params.options);
  const rows = await orderedRows(model, asked, params, context);
  return asked.scan === undefined
    ? freshPage(model, asked, rows, params, context)
    : scannedPage(model, asked, asked.scan, rows, params, context);
}

/** Ids alone of rows of a matrix, as `rowPage` orders them. @throws as `rowPage` */
export async function rowIds(
  model: OpenModel,
  params: RowIdsParams,
  context: WorkContext,
): Promise<RowIds> {
  const { start, count } = params;
  if (count > MAX_ROW_IDS) {
    throw new VocabScopeError('limit', `Ask for at most ${String(MAX_ROW_IDS)} ids at once.`);
  }
  const asked = await askedMatrix(model, params.matrix, params.options);
  const rows = await orderedRows(model, asked, params, context);
  const { ref, part } = asked;
  return {
    ids: Array.from(rows.subarray(start, start + count), (row) =>
      matrixRowId(model, ref, row - part.first),
    ),
    total: rows.length,
  };
}
