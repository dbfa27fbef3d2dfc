/** A fresh engine opens a model and reads the words of a table's first page, as the panel asks for them: `openToWords FOLDER`. */
import { DEFAULT_VIEW_OPTIONS } from '../../../src/core/projection/options';
import { quietContext } from '../../../src/engine/context';
import { createEngineService } from '../../../src/engine/service';

const BUDGET_BYTES = 2 ** 29;
const PAGE_ROWS = 64;

const [folder = ''] = process.argv.slice(2);
const engine = createEngineService({
  cacheFolder: null,
  cacheLimitBytes: 0,
  memoryBudgetBytes: BUDGET_BYTES,
});
const { model } = await engine.open({ path: folder }, quietContext());
const { rows } = await engine.rowPage(
  {
    ...{ model, matrix: 'L0.FF.K', options: DEFAULT_VIEW_OPTIONS, start: 0, count: PAGE_ROWS },
    ...{ sort: 'row', descending: false, statistics: false },
  },
  quietContext(),
);
console.log(rows[0]?.top[0]?.text);
await engine.dispose();
