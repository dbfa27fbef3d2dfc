/** How many token chips fit into a cell: the chip font is monospaced, so widths can be reckoned. */
import type { TokenView } from '../../src/protocol/reading';

/** Characters of a chip's padding, border and distance to the next. */
const CHIP_EXTRA = 2.2;
/** Characters that `+17` takes. */
const MORE_WIDTH = 4;
const MAX_CHIP_CHARACTERS = 24;
/** East Asian wide characters, Hangul and emoji take two columns. */
const WIDE =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/gu;

function chipCharacters(token: TokenView): number {
  const text =
    token.text ?? (token.hex === undefined ? `#${token.id}` : token.hex.replace(/../gu, '$& '));
  const characters = Math.max(1, text.length + (text.match(WIDE)?.length ?? 0));
  return Math.min(characters, MAX_CHIP_CHARACTERS) + CHIP_EXTRA;
}

/** Tokens that can be shown in `width` characters beside the count of those that cannot; at least one. */
export function fittingTokens(tokens: readonly TokenView[], width: number): number {
  let used = 0;
  for (const [index, token] of tokens.entries()) {
    used += chipCharacters(token);
    const rest = index === tokens.length - 1 ? 0 : MORE_WIDTH;
    if (used + rest > width) return Math.max(1, index);
  }
  return tokens.length;
}
