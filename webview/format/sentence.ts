/** What a row says, in one sentence: `L5.FF.V[31] promotes ␣she ␣her ␣herself`. */
import type { RowKind } from '../../src/core/model/componentId';
import { ROW_KIND_INFO } from '../../src/core/model/rowKinds';
import type { RowStatistics, ScoredToken } from '../../src/protocol/reading';
import { t } from '../l10n';
import { placeOf } from './components';
import { isLikeRandom } from './numbers';

/** A row's two lists and its judgement: what a sentence needs of a reading or of a table row. */
export interface SpeakingRow extends Pick<RowStatistics, 'z' | 'speaks'> {
  readonly component: string;
  readonly top: readonly ScoredToken[];
  readonly bottom: readonly ScoredToken[];
}

export type Side = 'top' | 'bottom';

/** The side that a row speaks for: the top where it is not judged, or where the other has no tokens. */
export function speakingSide(row: SpeakingRow): Side {
  return row.speaks === 'bottom' && row.bottom.length > 0 ? 'bottom' : 'top';
}

/** What a row of a kind does to the tokens of a side. */
function verb(kind: RowKind, side: Side): string {
  const { topVerb, bottomVerb } = ROW_KIND_INFO[kind];
  return t(side === 'top' ? topVerb : bottomVerb);
}

export interface ReadingSentence {
  readonly component: string;
  readonly verb: string;
  readonly side: Side;
  readonly tokens: readonly ScoredToken[];
  /** What must be said besides; null where the row stands out or is not judged yet. */
  readonly caveat: string | null;
}

const SENTENCE_TOKENS = 4;

/** The sentence of a row, its tokens still tokens. */
export function readingSentence(row: SpeakingRow): ReadingSentence {
  const side = speakingSide(row);
  const kind = placeOf(row.component)?.ref.kind;
  return {
    component: row.component,
    verb: kind === undefined ? '' : verb(kind, side),
    side,
    tokens: row[side].slice(0, SENTENCE_TOKENS),
    caveat: isLikeRandom(row.z) ? t('but no more clearly than a random direction') : null,
  };
}

/** Heading of one list of a row, and what its tokens are to rows of that kind. */
export function sideTitle(
  kind: RowKind,
  side: Side,
): { readonly name: string; readonly verb: string } {
  return { name: side === 'top' ? t('Top') : t('Bottom'), verb: verb(kind, side) };
}
