/** How many token chips fit into a cell: the chip font is monospaced, so widths can be reckoned. */
import { displaySegments } from '../../src/core/tokenizer/display';
import type { TokenView } from '../../src/protocol/reading';

/** Characters of a chip's padding, border and distance to the next. */
const CHIP_EXTRA = 2;
/** Characters of the frame around what is boxed, whose own are smaller. */
const BOX_EXTRA = 1.2;
const BOX_SCALE = 0.8;
/** Characters that `+17` takes. */
const MORE_WIDTH = 4;
/** East Asian wide characters, Hangul and emoji take two columns. */
const WIDE =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/gu;

function chipCharacters(token: TokenView): number {
  let characters = CHIP_EXTRA;
  for (const { text, kind } of displaySegments(token)) {
    const columns = text.length + (text.match(WIDE)?.length ?? 0);
    characters += kind === 'boxed' ? columns * BOX_SCALE + BOX_EXTRA : columns;
  }
  return characters;
}

/** Tokens that can be shown in `width` characters beside the count of those that cannot; at least one. */
export function fittingTokens(tokens: readonly TokenView[], width: number): number {
  let used = MORE_WIDTH;
  for (const [index, token] of tokens.entries()) {
    used += chipCharacters(token);
    if (used > width) return Math.max(1, index);
  }
  return tokens.length;
}
