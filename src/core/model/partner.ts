import { VocabScopeError } from '../errors';
import { formatRowId, type RowKind, type RowRef } from './componentId';

/** Which row reads what another writes, or is multiplied with it: of one neuron, of one place in a head. */
const PARTNER_KINDS: Readonly<Partial<Record<RowKind, RowKind>>> = {
  'FF.K': 'FF.V',
  'FF.Up': 'FF.V',
  'FF.V': 'FF.K',
  Q: 'K',
  K: 'Q',
  V: 'O',
  O: 'V',
};

/** Whether rows of a kind have partners. */
export function hasPartner(kind: RowKind): boolean {
  return PARTNER_KINDS[kind] !== undefined;
}

/**
 * The partner of a row: key and value of a neuron, V column and O row, Q and K column of a head, at the same place.
 * @throws VocabScopeError `unknownComponent` for rows that have none
 */
export function partnerOf(ref: RowRef): RowRef {
  const kind = PARTNER_KINDS[ref.kind];
  if (kind === undefined) {
    throw new VocabScopeError(
      'unknownComponent',
      `${formatRowId(ref)} has no partner: neurons have a key and a value, heads have Q and K columns, V columns and O rows.`,
    );
  }
  return { ...ref, kind };
}
