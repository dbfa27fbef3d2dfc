/** Rows that belong to the same neuron or the same dimension of a head. */
import type { RowKind } from '../../../src/core/model/componentId';
import type { ModelSummary } from '../../../src/protocol/modelSummary';
import { placeOf, rowCountOf } from '../../format/components';

const SAME_NEURON: readonly RowKind[] = ['FF.K', 'FF.Up', 'FF.V'];

/** Kinds that share an index with a kind: a neuron's vectors, a value's way in and out, a query and its key. */
const PARTNERS: Readonly<Partial<Record<RowKind, readonly RowKind[]>>> = {
  'FF.K': SAME_NEURON,
  'FF.Up': SAME_NEURON,
  'FF.V': SAME_NEURON,
  V: ['O'],
  O: ['V'],
  Q: ['K'],
  K: ['Q'],
};

/** Ids of the rows that work together with a row. */
export function partnersOf(component: string, summary: ModelSummary): readonly string[] {
  const place = placeOf(component);
  if (place === undefined || place.row === null) return [];
  return (PARTNERS[place.ref.kind] ?? [])
    .filter((kind) => kind !== place.ref.kind)
    .filter((kind) => rowCountOf({ ...place.ref, kind }, summary) !== undefined)
    .map((kind) => `${place.matrix.slice(0, -place.ref.kind.length)}${kind}[${place.row ?? ''}]`);
}
