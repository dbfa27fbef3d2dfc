import { formatMatrixId, type MatrixRef } from '../../core/model/componentId';
import { matrixRows, rowOfMatrix } from '../../core/model/componentSet';
import { bareText } from '../../core/tokenizer/bare';
import { rowProducts } from '../../formats/rowProducts';
import type { RowPageParams } from '../../protocol/engineApi';
import type { WorkContext } from '../context';
import type { OpenModel } from '../model/openModel';
import { treatmentOf } from '../reading/parameterRows';
import { rowIdOf } from '../reading/readComponents';
import { filterRows, sortRows, type FilterWords } from './order';
import { scanKey, type TablePart } from './scanMatrix';
import { SORT_COLUMNS, type ScanTable } from './scanTable';

/** A matrix, where its rows lie in its table, and the table's scan where there is one. */
export interface AskedMatrix {
  readonly ref: MatrixRef;
  readonly part: TablePart;
  readonly scan: ScanTable | undefined;
}

/** The order and the filter that are asked for, under the options that decide the numbers. */
export type AskedOrder = Pick<RowPageParams, 'sort' | 'descending' | 'filter' | 'options'>;

/** The id of row `row` of the matrix, counted within the matrix. */
export function matrixRowId(model: OpenModel, ref: MatrixRef, row: number): string {
  return rowIdOf(model, rowOfMatrix(model.ready().transformer, ref, row));
}

function filterWords(model: OpenModel, { ref, part }: AskedMatrix): FilterWords {
  const { vocabulary } = model;
  return {
    rowId: (row) => matrixRowId(model, ref, row - part.first),
    tokensOf: (text) => vocabulary?.idsOf(text) ?? [],
    tokensHolding: (text) => {
      const found = new Set<number>();
      for (let id = 0; id < (vocabulary?.idLimit ?? 0); id += 1) {
        const token = vocabulary?.token(id);
        if (token !== undefined && bareText(token)?.toLowerCase().includes(text) === true) {
          found.add(id);
        }
      }
      return found;
    },
  };
}

/** Norms of a table's rows as they are read, `[rows]`: one pass over the weights, no multiplication. */
async function normsOf(
  model: OpenModel,
  table: MatrixRef,
  options: AskedOrder['options'],
  context: WorkContext,
): Promise<Float32Array> {
  const { transformer, checkpoint, spaces } = model.ready();
  const { fold, rowFold } = await treatmentOf(transformer, spaces, table, options);
  const key = `${formatMatrixId(table)} ${fold}`;
  return model.scans.norms.get(key, context, async (shared) => {
    const { view } = matrixRows(transformer, table);
    const [found] = await rowProducts(checkpoint, [{ view, directions: [], norms: rowFold }], {
      cancellation: shared.cancellation,
      onBytes: (done, total) => {
        shared.onProgress({ done, total, unit: 'bytes' });
      },
    });
    return new Float32Array(found?.norms ?? []);
  });
}

/**
 * Rows of a matrix, as row numbers of its table, in the order and under the filter asked for. Without a scan only the
 * order by row and by norm and the choice of single rows are to be had: the rest of the filter is left aside, and any
 * other order is that of rows. @throws CancelledError
 */
export async function orderedRows(
  model: OpenModel,
  asked: AskedMatrix,
  { sort, descending, filter, options }: AskedOrder,
  context: WorkContext,
): Promise<Uint32Array> {
  const { part, scan } = asked;
  const { first, count } = part;
  const components = filter?.components;
  const applied = scan === undefined ? components && { components } : filter;
  const by = scan === undefined && sort !== 'norm' ? 'row' : sort;
  const norms =
    scan === undefined && by === 'norm'
      ? await normsOf(model, part.table, options, context)
      : undefined;
  const key = `${scanKey(part.table, options)} ${String(scan !== undefined)}`;
  const order = { sort: by, descending, filter: applied, first, count };
  return model.scans.ordered(key, order, () => {
    const rows = filterRows({ scan, first, count }, applied, filterWords(model, asked));
    const values = by === 'row' ? undefined : (norms ?? scan?.[SORT_COLUMNS[by]]);
    return sortRows(rows, values, descending);
  });
}
