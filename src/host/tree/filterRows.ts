import type { CallOptions } from '../engine/request';
import type { EngineClient } from '../engine/supervisor';
import { wordsOf } from './labels';
import { PAGE_ROWS, RowNode, type FilteredRows, type TableNode } from './nodes';
import { TOKENS_PER_ROW } from './rowWords';

/**
 * The first rows of a table, or the next ones of those found so far, whose ids or shown words hold a text. A table
 * that was not scanned is scanned first: only then its words are known.
 * @throws EngineFailure, CancelledError
 */
export async function filterRows(
  engine: EngineClient,
  table: TableNode,
  text: string,
  work: CallOptions,
): Promise<FilteredRows> {
  const { model } = table;
  const known = table.filtered?.text === text ? table.filtered.rows : [];
  const asked = { model: model.handle, matrix: table.table.id };
  if (known.length === 0) await engine.call('scan', { ...asked, options: model.options }, work);
  const { rows, total } = await engine.call(
    'rowPage',
    {
      ...asked,
      options: { ...model.options, k: TOKENS_PER_ROW },
      ...{ start: known.length, count: PAGE_ROWS },
      ...{ sort: 'z', descending: true, filter: { text } },
    },
    work,
  );
  const found = rows.map((row, index) => {
    const node = new RowNode(row.component, known.length + index, table);
    node.words = wordsOf(row);
    return node;
  });
  return { text, rows: [...known, ...found], total };
}
