/** Rows that belong to the same neuron or to the same dimension of a head. */
import type { RowKind } from '../../../src/core/model/componentId';
import { hasPartner, partnerOf } from '../../../src/core/model/partner';
import type { ModelSummary } from '../../../src/protocol/modelSummary';
import { placeOf, rowCountOf } from '../../format/components';
import type { Place } from '../../format/components';

const NEURON: readonly RowKind[] = ['FF.K', 'FF.Up', 'FF.V'];

function withKind({ matrix, ref, row }: Place, kind: RowKind): string {
  return `${matrix.slice(0, -ref.kind.length)}${kind}[${row ?? ''}]`;
}

/** The row that works together with a row; null where rows of its kind have none. */
export function partnerIdOf(component: string): string | null {
  const place = placeOf(component);
  if (place === undefined || place.row === null || !hasPartner(place.ref.kind)) return null;
  return withKind(place, partnerOf({ ...place.ref, row: Number(place.row) }).kind);
}

/** The other rows of a gated neuron, which has two keys: neither the row nor its partner. */
export function otherRowsOf(component: string, summary: ModelSummary): readonly string[] {
  const place = placeOf(component);
  if (place === undefined || place.row === null || !NEURON.includes(place.ref.kind)) return [];
  const partner = partnerIdOf(component);
  return NEURON.filter((kind) => kind !== place.ref.kind)
    .filter((kind) => rowCountOf({ ...place.ref, kind }, summary) !== undefined)
    .map((kind) => withKind(place, kind))
    .filter((id) => id !== partner);
}
