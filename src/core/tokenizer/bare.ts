import { CONTINUATION } from './display';
import type { VocabularyToken } from './vocabulary';

/** A token's text without one leading space, in WordPiece without `##`; null where its bytes are no UTF-8. */
export function bareText(token: Pick<VocabularyToken, 'text' | 'continuation'>): string | null {
  const { text, continuation } = token;
  if (text === null) {
    return null;
  }
  if (continuation) {
    return text.slice(CONTINUATION.length);
  }
  return text.startsWith(' ') ? text.slice(1) : text;
}
