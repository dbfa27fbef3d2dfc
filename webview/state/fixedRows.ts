import type { RowSource } from './pagedRows';

/** Rows that are all there. */
export class FixedRows<Row> implements RowSource<Row> {
  readonly rows: readonly Row[];

  constructor(rows: readonly Row[]) {
    this.rows = rows;
  }

  get total(): number {
    return this.rows.length;
  }

  row(index: number): Row | undefined {
    return this.rows[index];
  }

  show(): void {
    // Everything is in memory already.
  }

  onDidChange(): () => void {
    return () => undefined;
  }
}
