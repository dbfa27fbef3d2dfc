import { VocabScopeError } from '../../core/errors';
import { formatMatrixId, isGlobalKind, type MatrixRef } from '../../core/model/componentId';
import { listMatrices, matrixRows } from '../../core/model/componentSet';
import type { MatrixView, Transformer } from '../../core/model/transformer';
import type { OpenModel } from '../model/openModel';

/** A table of the changed model beside the base's. */
export interface ComparedTable {
  readonly ref: MatrixRef;
  /** `L3.FF.K` */
  readonly id: string;
  readonly rows: number;
  /** Rows that the base has too, the first ones: the others are new. */
  readonly baseRows: number;
  /** Number of its first row among the rows of all tables. */
  readonly first: number;
  readonly view: MatrixView;
  readonly baseView: MatrixView | undefined;
}

function shapeText({ shape }: Transformer): string {
  return `${shape.architecture} of ${String(shape.nLayers)} layers, width ${String(shape.dModel)}, ${String(shape.dFf)} neurons, ${String(shape.nHeads)} heads of ${String(shape.dHead)}`;
}

/** @throws VocabScopeError `incomparable` where the base is another model */
export function requireSameShape(base: OpenModel, tuned: OpenModel): void {
  const [own, its] = [base.ready().transformer, tuned.ready().transformer];
  const keys = [
    ...(['nLayers', 'dModel', 'dFf', 'nHeads', 'nKvHeads', 'dHead', 'gated'] as const),
    'architecture' as const,
  ];
  if (keys.some((key) => own.shape[key] !== its.shape[key])) {
    throw new VocabScopeError(
      'incomparable',
      `${tuned.summary.name} did not come from ${base.summary.name}: it is a ${shapeText(its)}; the base is a ${shapeText(own)}. Choose the model that it was trained from.`,
    );
  }
}

/** E of a tied model is read as U too, and shown once. */
function isSecondName(transformer: Transformer, { kind }: MatrixRef): boolean {
  return kind === 'U' && JSON.stringify(transformer.W_U) === JSON.stringify(transformer.W_E);
}

function baseViewOf(base: Transformer, ref: MatrixRef): MatrixView | undefined {
  const has = listMatrices(base).some(
    (table) => table.ref.kind === ref.kind && table.ref.layer === ref.layer,
  );
  return has ? matrixRows(base, ref).view : undefined;
}

/**
 * All tables of the changed model, in order, with what the base has of each: vocabularies, positions and labels may be
 * fewer there. A classifier with other labels is new.
 * @throws VocabScopeError `incomparable` where the models are of different shapes
 */
export function comparedTables(base: OpenModel, tuned: OpenModel): readonly ComparedTable[] {
  requireSameShape(base, tuned);
  const [own, its] = [base.ready().transformer, tuned.ready().transformer];
  let first = 0;
  return listMatrices(its)
    .filter(({ ref }) => !isSecondName(its, ref))
    .map(({ ref, rows }) => {
      const baseView = baseViewOf(own, ref);
      const isOther =
        ref.kind === 'C' && own.classifier?.labels.join('\n') !== its.classifier?.labels.join('\n');
      const table: ComparedTable = {
        ref,
        id: formatMatrixId(ref),
        rows,
        baseRows:
          baseView === undefined || isOther
            ? 0
            : isGlobalKind(ref.kind)
              ? Math.min(rows, baseView.rows)
              : rows,
        first,
        view: matrixRows(its, ref).view,
        baseView,
      };
      first += rows;
      return table;
    });
}
