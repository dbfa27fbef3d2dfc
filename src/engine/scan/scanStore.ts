import type { RowFilter, RowSort } from '../../protocol/engineApi';
import { KeptWork, SharedWork } from '../context';
import type { ScanTable } from './scanTable';

/** Rows of scan tables kept in memory for one model; older ones are read back from disk when asked for. */
const MAX_KEPT_ROWS = 2_000_000;

interface Ordered {
  readonly key: string;
  readonly rows: Uint32Array;
}

/** Scanned tables of one model, most recently used last, and the last order asked of each. */
export class ScanStore {
  readonly work = new SharedWork<ScanTable>();
  /** Norms of the rows of tables that were sorted without a scan, by table and fold. */
  readonly norms = new KeptWork<Float32Array>();
  private readonly tables = new Map<string, ScanTable>();
  private readonly orders = new Map<string, Ordered>();

  get(key: string): ScanTable | undefined {
    const table = this.tables.get(key);
    if (table !== undefined) {
      this.tables.delete(key);
      this.tables.set(key, table);
    }
    return table;
  }

  set(key: string, table: ScanTable): void {
    this.tables.set(key, table);
    let kept = [...this.tables.values()].reduce((sum, { rows }) => sum + rows, 0);
    for (const [oldest, { rows }] of this.tables) {
      if (kept <= MAX_KEPT_ROWS || oldest === key) {
        return;
      }
      this.tables.delete(oldest);
      this.orders.delete(oldest);
      kept -= rows;
    }
  }

  /** Rows of a table in an order, computed where it is not the last one asked for. */
  ordered(
    key: string,
    order: {
      sort: RowSort;
      descending: boolean;
      filter: RowFilter | undefined;
      first: number;
      count: number;
    },
    compute: () => Uint32Array,
  ): Uint32Array {
    const orderKey = JSON.stringify(order);
    const known = this.orders.get(key);
    if (known?.key === orderKey) {
      return known.rows;
    }
    const rows = compute();
    this.orders.set(key, { key: orderKey, rows });
    return rows;
  }
}
