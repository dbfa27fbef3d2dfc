/** From what a person types to a token. */
import { VocabScopeError } from '../errors';
import { bareText } from './bare';
import type { Vocabulary } from './vocabulary';

const MAX_OFFERED = 5;
const MAX_QUOTED_CHARACTERS = 60;
/** Longer texts than any token: their distance need not be known. */
const MAX_COMPARED_CHARACTERS = 64;

/**
 * The id of a token given as its exact text or as `#id`. Where several ids have a text, the lowest that is no byte token.
 * @param rows rows of the embedding
 * @throws VocabScopeError `unknownToken` with the nearest tokens, `missingTokenizer`.
 */
export function findToken(vocabulary: Vocabulary | null, rows: number, asked: string): number {
  if (/^#\d+$/u.test(asked)) {
    const id = Number(asked.slice(1));
    if (id < rows) {
      return id;
    }
    throw new VocabScopeError(
      'unknownToken',
      `There is no token ${asked}: the vocabulary has the ids 0 to ${String(rows - 1)}.`,
    );
  }
  if (vocabulary === null) {
    throw new VocabScopeError(
      'missingTokenizer',
      `Without a tokenizer "${shortened(asked)}" cannot be looked up; choose a tokenizer, or give an id as #262.`,
    );
  }
  const id = vocabulary.idsOf(asked).find((each) => each < rows);
  if (id === undefined) {
    const offered = nearestTokens(vocabulary, rows, asked).map((text) => JSON.stringify(text));
    const nearest = offered.length === 0 ? '' : ` Nearest are ${offered.join(', ')}.`;
    throw new VocabScopeError(
      'unknownToken',
      `"${shortened(asked)}" is no token of this vocabulary.${nearest} A token is given as its exact text, leading space included, or as #id.`,
    );
  }
  return id;
}

function shortened(text: string): string {
  return text.length > MAX_QUOTED_CHARACTERS ? `${text.slice(0, MAX_QUOTED_CHARACTERS)}…` : text;
}

/** Texts of tokens, nearest first: by edits of what is left when leading space, `##` and case are taken away, then of all. */
function nearestTokens(vocabulary: Vocabulary, rows: number, asked: string): string[] {
  const text = asked.slice(0, MAX_COMPARED_CHARACTERS);
  const bare = text.trim().replace(/^##/u, '').toLowerCase();
  const found: { text: string; apart: number; id: number }[] = [];
  for (let id = 0; id < Math.min(rows, vocabulary.idLimit); id += 1) {
    const token = vocabulary.token(id);
    const other = token === undefined ? null : bareText(token);
    if (token === undefined || token.text === null || token.special || other === null) {
      continue;
    }
    const worst = found.length < MAX_OFFERED ? Infinity : (found.at(-1)?.apart ?? Infinity);
    const least = Math.abs(other.length - bare.length);
    if (least > worst) {
      continue;
    }
    const apart = edits(bare, other.toLowerCase()) + edits(text, token.text) / 1000;
    if (apart < worst) {
      found.push({ text: token.text, apart, id });
      found.sort((a, b) => a.apart - b.apart || a.id - b.id);
      found.length = Math.min(found.length, MAX_OFFERED);
    }
  }
  return found.map((each) => each.text);
}

/** Insertions, deletions and replacements between two texts (Levenshtein). */
function edits(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i += 1) {
    let diagonal = row[0] ?? 0;
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const above = row[j] ?? 0;
      const cost = a[i - 1] === b[j - 1] ? 0 : 1;
      next.push(Math.min(above + 1, (next[j - 1] ?? 0) + 1, diagonal + cost));
      diagonal = above;
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
