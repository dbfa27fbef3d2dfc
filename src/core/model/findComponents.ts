/** From what a person types to components: `3v907` and `l3 ff v 907` find `L3.FF.V[907]`. */
import { byLengthAsc, Fzf } from 'fzf';
import { formatMatrixId, isHeadKind, type MatrixRef } from './componentId';
import { formatHeadMatrixId, HEAD_MATRICES } from './headMatrixId';

/** What must be known of a model to find its components; a `ModelSummary` is one. */
export interface FindableModel {
  /** Tables in component order; those of heads whole layers. */
  readonly matrices: readonly (MatrixRef & { readonly rows: number })[];
  readonly shape: { readonly nHeads: number; readonly dHead: number } | null;
  /** Of a classifier's rows. */
  readonly labels: readonly string[];
}

interface Table {
  readonly id: string;
  /** Rows that go by `id[row]`: none where rows are named by their heads. */
  readonly rows: number;
}

/** Every table has this many components at most in an answer, so that one kind does not fill it. */
const MAX_LABELS = 5;

/** A head's interaction matrices: pages of their own, without rows. */
function matricesOf(layer: number, head: number): readonly Table[] {
  return HEAD_MATRICES.map((kind) => ({ id: formatHeadMatrixId({ kind, layer, head }), rows: 0 }));
}

function tablesOf({ matrices, shape }: FindableModel): readonly Table[] {
  return matrices.flatMap((matrix): readonly Table[] => {
    const { kind, layer, rows } = matrix;
    const ref: MatrixRef = { kind, ...(layer === undefined ? {} : { layer }) };
    if (!isHeadKind(kind) || shape === null) return [{ id: formatMatrixId(ref), rows }];
    const heads = Array.from({ length: shape.nHeads }, (_, head): readonly Table[] => [
      { id: formatMatrixId({ ...ref, head }), rows: shape.dHead },
      ...(kind === 'O' && layer !== undefined ? matricesOf(layer, head) : []),
    ]);
    return [{ id: formatMatrixId(ref), rows: 0 }, ...heads.flat()];
  });
}

/** What was typed: the part that names a table, and the one that names its row. */
interface Query {
  readonly table: string;
  readonly row: string | undefined;
}

function queriesOf(text: string): readonly Query[] {
  const typed = text.replace(/\s+/gu, '');
  const bracket = typed.indexOf('[');
  if (bracket !== -1) {
    return [{ table: typed.slice(0, bracket), row: typed.slice(bracket + 1).replace(/\]$/u, '') }];
  }
  const whole: Query = { table: typed, row: undefined };
  const [, table = '', row] = /^(.*[a-z].*?)[.]?(\d+)$/iu.exec(typed) ?? [];
  return row === undefined ? [whole] : [whole, { table, row }];
}

/** Finds components of one model; its tables are listed once. */
export class ComponentFinder {
  readonly #labels: readonly string[];
  readonly #tables: Fzf<readonly Table[]>;

  constructor(model: FindableModel) {
    this.#labels = model.labels;
    this.#tables = new Fzf(tablesOf(model), {
      selector: ({ id }) => id,
      casing: 'case-insensitive',
      tiebreakers: [byLengthAsc],
    });
  }

  /** Ids of tables and rows that a text may mean, the likeliest first, at most `limit`. Only what the model has. */
  find(text: string, limit: number): readonly string[] {
    const found = new Set<string>();
    for (const { table, row } of queriesOf(text)) {
      for (const { item } of table === '' ? [] : this.#tables.find(table)) {
        for (const id of row === undefined ? [item.id] : this.#rows(item, row)) found.add(id);
        if (found.size >= limit) return [...found].slice(0, limit);
      }
    }
    return [...found];
  }

  #rows({ id, rows }: Table, row: string): readonly string[] {
    if (id === 'C' && this.#labels.length > 0) {
      const wanted = row.toLowerCase();
      return this.#labels
        .filter((label, index) => label.toLowerCase().includes(wanted) || String(index) === wanted)
        .slice(0, MAX_LABELS)
        .map((label) => `${id}[${label}]`);
    }
    if (row === '') return rows > 0 ? [`${id}[0]`] : [];
    return /^\d+$/u.test(row) && Number(row) < rows ? [`${id}[${String(Number(row))}]`] : [];
  }
}
