/** What a classifier says of a text, and which of its words matter. */
import { softmax } from '../../core/analysis/accuracy';
import { checkCancelled, VocabScopeError } from '../../core/errors';
import { at } from '../../core/tensor/matrix';
import type { Classified } from '../../protocol/stitch';
import type { WorkContext } from '../context';

/** Of a longer text the first words are judged. */
const MAX_JUDGED_WORDS = 200;

/** The logits of a text; undefined where it has no tokens. */
export type TextLogits = (text: string) => Promise<
  | {
      readonly logits: Float64Array;
      readonly truncated: boolean;
    }
  | undefined
>;

/** The words of a text, each with the text that is left without it. */
function* withoutWords(text: string): Generator<{ word: string; rest: string }> {
  for (const match of text.matchAll(/\S+/gu)) {
    const [word] = match;
    yield { word, rest: text.slice(0, match.index) + text.slice(match.index + word.length) };
  }
}

/**
 * Judges one text: the probability of each label and, where asked, by how much each word raises that of the predicted one
 * (the probability with it less that without it).
 * @throws VocabScopeError `invalidData` where the text has no tokens; CancelledError
 */
export async function judge(
  text: string,
  labels: readonly string[],
  logitsOf: TextLogits,
  withWords: boolean,
  { cancellation, onProgress }: WorkContext,
): Promise<Classified> {
  const found = await logitsOf(text);
  if (found === undefined) {
    throw new VocabScopeError('invalidData', 'A text is empty: give at least one word.');
  }
  const probabilities = softmax(found.logits);
  const best = probabilities.indexOf(Math.max(...probabilities));
  const words = withWords ? [...withoutWords(text)] : [];
  const changes: { word: string; change: number }[] = [];
  for (const [place, { word, rest }] of words.slice(0, MAX_JUDGED_WORDS).entries()) {
    checkCancelled(cancellation);
    onProgress({ done: place, total: Math.min(words.length, MAX_JUDGED_WORDS), unit: 'words' });
    const without = await logitsOf(rest);
    const left = without === undefined ? 1 / labels.length : at(softmax(without.logits), best);
    changes.push({ word, change: at(probabilities, best) - left });
  }
  return {
    text,
    label: labels[best] ?? String(best),
    probabilities: labels.map((label, i) => ({ label, probability: at(probabilities, i) })),
    truncated: found.truncated,
    ...(withWords ? { words: changes } : {}),
  };
}
