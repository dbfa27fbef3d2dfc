/** How a token is said aloud: `space she`, `newline`, `bytes E2 80`. */
import { accessibleName } from '../../src/core/tokenizer/display';
import type { SpokenMarks } from '../../src/core/tokenizer/display';
import type { ScoredToken, TokenView } from '../../src/protocol/reading';
import { t } from '../l10n';
import { DIGITS, formatDecimal } from './numbers';

const MARKS: SpokenMarks = {
  space: (count) => (count === 1 ? t('space') : t('{0} spaces', count)),
  newline: (count) => (count === 1 ? t('newline') : t('{0} newlines', count)),
  return: (count) => (count === 1 ? t('return') : t('{0} returns', count)),
  tab: (count) => (count === 1 ? t('tab') : t('{0} tabs', count)),
  continuation: () => t('continuing'),
  empty: () => t('empty token'),
  cut: () => t('and more'),
};

/** Bytes in pairs: `E2 80`. */
export function spacedHex(hex: string): string {
  return hex.toUpperCase().replace(/..(?=.)/gu, '$& ');
}

/** The accessible name of a token. */
export function spokenToken(token: TokenView): string {
  if (token.padding === true) return t('padding row {0}', token.id);
  if (token.text === null && token.hex === undefined) return t('token number {0}', token.id);
  const spoken = accessibleName(token, MARKS);
  if (token.text === null) return t('bytes {0}', spoken);
  return token.special === true ? t('special token {0}', spoken) : spoken;
}

/** A token and its score: `space she, score 4.21`. */
export function spokenScoredToken(token: ScoredToken): string {
  return t('{0}, score {1}', spokenToken(token), formatDecimal(token.score, DIGITS.score));
}
