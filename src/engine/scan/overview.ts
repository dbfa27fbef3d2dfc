import { formatMatrixId } from '../../core/model/componentId';
import { listMatrices, rowOfMatrix } from '../../core/model/componentSet';
import { at } from '../../core/tensor/matrix';
import type { ReadingOptions } from '../../core/projection/options';
import type { MatrixOverview, OverviewResult } from '../../protocol/engineApi';
import type { WorkContext } from '../context';
import type { OpenModel } from '../model/openModel';
import { rowIdOf } from '../reading/readComponents';
import { tableRow } from './rowPage';
import { storedScan, tablePartOf } from './scanMatrix';
import { overviewOf, type ScanTable } from './scanTable';

const READABLE_ROWS = 40;

interface Readable {
  readonly z: number;
  readonly row: number;
  readonly component: string;
  readonly table: ScanTable;
}

/** The rows of highest z of a table. */
function bestRows(table: ScanTable, component: (row: number) => string): Readable[] {
  const rows = Uint32Array.from({ length: table.rows }, (_, row) => row)
    .filter((row) => !Number.isNaN(at(table.z, row)))
    .sort((a, b) => at(table.z, b) - at(table.z, a));
  return [...rows.subarray(0, READABLE_ROWS)].map((row) => ({
    z: at(table.z, row),
    row,
    component: component(row),
    table,
  }));
}

/** What is scanned or cached under these options, and the most readable rows of it. Computes nothing. */
export async function overview(
  model: OpenModel,
  options: ReadingOptions,
  context: WorkContext,
): Promise<OverviewResult> {
  const { transformer } = model.ready();
  const matrices: MatrixOverview[] = [];
  let readable: Readable[] = [];
  for (const { ref } of listMatrices(transformer)) {
    const table = await storedScan(model, tablePartOf(model, ref), options);
    if (table === undefined) {
      continue;
    }
    matrices.push(overviewOf(formatMatrixId(ref), table));
    // Embeddings and positions are read in words of themselves: readable, and no news.
    if (ref.layer !== undefined) {
      const best = bestRows(table, (row) => rowIdOf(model, rowOfMatrix(transformer, ref, row)));
      readable = [...readable, ...best].sort((a, b) => b.z - a.z).slice(0, READABLE_ROWS);
    }
  }
  const views = await model.views(context);
  return {
    matrices,
    readable: readable.map(({ table, row, component }) => tableRow(table, row, component, views)),
  };
}
