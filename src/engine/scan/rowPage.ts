import { VocabScopeError } from '../../core/errors';
import { parseMatrixId, type MatrixRef } from '../../core/model/componentId';
import { rowOfMatrix } from '../../core/model/componentSet';
import { foldRows } from '../../core/projection/fold';
import { at } from '../../core/tensor/matrix';
import { bareText } from '../../core/tokenizer/bare';
import type { RowPage, RowPageParams, TableRow } from '../../protocol/engineApi';
import type { WorkContext } from '../context';
import type { OpenModel } from '../model/openModel';
import { readTableRows, treatmentOf } from '../reading/parameterRows';
import { planReading, readPlanned, rowIdOf } from '../reading/readComponents';
import { rowReading, scoredTokens } from '../reading/toProtocol';
import type { TokenViews } from '../tokenViews';
import { filterRows, sortRows, type FilterWords } from './order';
import { scanKey, storedScan, tablePartOf, type TablePart } from './scanMatrix';
import { SCAN_TOKENS, sideOf, speaksOf, STANDS_OUT_Z, type ScanTable } from './scanTable';

const MAX_PAGE_ROWS = 1000;

/** The id of row `row` of the matrix, counted within the matrix. */
function matrixRowId(model: OpenModel, ref: MatrixRef, row: number): string {
  return rowIdOf(model, rowOfMatrix(model.ready().transformer, ref, row));
}

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

function filterWords(model: OpenModel, ref: MatrixRef, first: number): FilterWords {
  const { vocabulary } = model;
  return {
    rowId: (row) => matrixRowId(model, ref, row - first),
    tokensOf: (text) => vocabulary?.idsOf(text) ?? [],
    tokensHolding: (part) => {
      const found = new Set<number>();
      for (let id = 0; id < (vocabulary?.idLimit ?? 0); id += 1) {
        const token = vocabulary?.token(id);
        if (token !== undefined && bareText(token)?.toLowerCase().includes(part) === true) {
          found.add(id);
        }
      }
      return found;
    },
  };
}

async function scannedPage(
  model: OpenModel,
  ref: MatrixRef,
  part: TablePart,
  table: ScanTable,
  params: RowPageParams,
  context: WorkContext,
): Promise<RowPage> {
  const { sort, descending, filter, start, count, options } = params;
  const { first } = part;
  const order = { sort, descending, filter, first, count: part.count };
  const rows = model.scans.ordered(scanKey(part.table, options), order, () => {
    const words = filterWords(model, ref, first);
    return sortRows(table, filterRows(table, first, part.count, filter, words), sort, descending);
  });
  const views = await model.views(context);
  return {
    rows: [...rows.subarray(start, start + count)].map((row) =>
      tableRow(table, row, matrixRowId(model, ref, row - first), views),
    ),
    start,
    total: rows.length,
    matrixRows: part.count,
    scanned: true,
    standOut: table.z
      .subarray(first, first + part.count)
      .reduce((sum, z) => sum + (z > STANDS_OUT_Z ? 1 : 0), 0),
  };
}

async function freshPage(
  model: OpenModel,
  ref: MatrixRef,
  part: TablePart,
  params: RowPageParams,
  context: WorkContext,
): Promise<RowPage> {
  const { transformer, checkpoint, spaces } = model.ready();
  const { options, descending } = params;
  const start = Math.min(params.start, part.count);
  const count = Math.min(params.count, part.count - start);
  const firstRow = descending ? part.count - start - count : start;
  const treatment = await treatmentOf(transformer, spaces, ref, options);
  const statistics = params.statistics !== false;
  const plan = await planReading(model, ref.kind, treatment, options, statistics, context);
  const stored = await readTableRows(transformer, checkpoint, ref, firstRow, count);
  const results = await readPlanned(
    model,
    foldRows(stored, treatment.rowFold),
    plan,
    SCAN_TOKENS,
    context,
  );
  const views = await model.views(context);
  const rows = results.map((result, index) =>
    rowReading(
      result,
      {
        component: matrixRowId(model, ref, firstRow + index),
        space: treatment.space,
        omitted: plan.omitted,
        rank: options.rank,
        withoutCommon: options.withoutCommon,
      },
      views,
    ),
  );
  return {
    rows: descending ? rows.reverse() : rows,
    start,
    total: part.count,
    matrixRows: part.count,
    scanned: false,
    standOut: null,
  };
}

/**
 * Rows `start` to `start + count` of a matrix in the order asked for. A matrix that is not scanned answers by
 * row only. @throws VocabScopeError `unknownComponent`, `foldRefused`, `limit`; CancelledError
 */
export async function rowPage(
  model: OpenModel,
  params: RowPageParams,
  context: WorkContext,
): Promise<RowPage> {
  if (params.count > MAX_PAGE_ROWS) {
    throw new VocabScopeError('limit', `Ask for at most ${String(MAX_PAGE_ROWS)} rows at once.`);
  }
  const ref = parseMatrixId(params.matrix);
  const part = tablePartOf(model, ref);
  model.ready().spaces.requireFoldable(params.options.fold);
  const table = await storedScan(model, part, params.options);
  return table === undefined
    ? freshPage(model, ref, part, params, context)
    : scannedPage(model, ref, part, table, params, context);
}
