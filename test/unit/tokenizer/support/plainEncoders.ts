/** Tokenizers as their papers describe them, slow and plain, written apart from the library that the project uses. */
import { spellBytes } from '../../../../src/core/tokenizer/byteLevel';
import type { SentencePiece } from '../../../../src/core/tokenizer/sentencePieceFile';

/** Merges neighbours, the pair that `rankOf` puts first (lowest; leftmost of equals), until none has a rank. */
function mergeAll(
  symbols: readonly string[],
  rankOf: (left: string, right: string) => number | undefined,
): string[] {
  const parts = [...symbols];
  for (;;) {
    let best = -1;
    let bestRank = Infinity;
    for (let at = 0; at + 1 < parts.length; at += 1) {
      const rank = rankOf(parts[at] ?? '', parts[at + 1] ?? '') ?? Infinity;
      if (rank < bestRank) {
        best = at;
        bestRank = rank;
      }
    }
    if (best < 0) {
      return parts;
    }
    parts.splice(best, 2, `${parts[best] ?? ''}${parts[best + 1] ?? ''}`);
  }
}

/** Byte-level BPE (GPT-2): words by its pattern, bytes by its table, then merges in the order of their file. */
export function plainByteLevel(text: string, merges: readonly string[]): string[] {
  const ranks = new Map(merges.map((merge, rank) => [merge, rank]));
  const words =
    text.match(/'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+/gu) ??
    [];
  return words.flatMap((word) =>
    mergeAll(Array.from(spellBytes(new TextEncoder().encode(word))), (left, right) =>
      ranks.get(`${left} ${right}`),
    ),
  );
}

/** SentencePiece's BPE: spaces are marks, one is put before, the pair whose piece has the highest score goes first. */
export function plainSentencePieceBpe(text: string, pieces: readonly SentencePiece[]): string[] {
  const scores = new Map(pieces.map((piece) => [piece.text, piece.score]));
  return mergeAll(Array.from(`▁${text.replaceAll(' ', '▁')}`), (left, right) => {
    const score = scores.get(left + right);
    return score === undefined ? undefined : -score;
  });
}

/** The best score that any cut of a text into pieces has: what Unigram maximises. Unknown characters cost the worst piece and 10. */
export function bestUnigramScore(text: string, pieces: readonly SentencePiece[]): number {
  const scores = new Map(pieces.map((piece) => [piece.text, piece.score]));
  const unknown = pieces.reduce((worst, { score }) => Math.min(worst, score), 0) - 10;
  const characters = Array.from(text);
  const best = [0];
  for (let end = 1; end <= characters.length; end += 1) {
    let most = (best[end - 1] ?? 0) + unknown;
    for (let start = 0; start < end; start += 1) {
      const score = scores.get(characters.slice(start, end).join(''));
      if (score !== undefined) {
        most = Math.max(most, (best[start] ?? 0) + score);
      }
    }
    best[end] = most;
  }
  return best[characters.length] ?? 0;
}

/** WordPiece (BERT): the longest piece that fits, again and again; a word that cannot be cut so is unknown. */
export function plainWordPiece(word: string, pieces: ReadonlySet<string>): string[] {
  const cut: string[] = [];
  let rest = word;
  while (rest !== '') {
    const prefix = cut.length === 0 ? '' : '##';
    let length = rest.length;
    while (length > 0 && !pieces.has(prefix + rest.slice(0, length))) {
      length -= 1;
    }
    if (length === 0) {
      return ['[UNK]'];
    }
    cut.push(prefix + rest.slice(0, length));
    rest = rest.slice(length);
  }
  return cut;
}
