import { VocabScopeError } from '../../core/errors';
import type { EncodedText } from '../../core/tokenizer/encoding/encoder';
import type { OpenModel } from '../model/openModel';

/** So many tokens of a text run at once, whatever the model takes: scores of all pairs of tokens are held in memory. */
const MAX_RUN_TOKENS = 2048;

/** Tokens of one text that a model is given at most. @throws VocabScopeError `runRefused` */
export function contextLength(model: OpenModel): number {
  return Math.min(model.forward().pass.maxTokens, MAX_RUN_TOKENS);
}

/**
 * A text as ids of a model's tokens, at most `maxTokens`. Undefined where it has none.
 * @throws VocabScopeError `missingTokenizer`, `invalidTokenizer`, also where the tokenizer is not the model's
 */
export async function encodeText(
  model: OpenModel,
  text: string,
  maxTokens: number,
): Promise<EncodedText | undefined> {
  const { dVocab } = model.ready().transformer.shape;
  const encoded = (await model.encoding()).encode(text, maxTokens);
  const beyond = encoded.ids.find((id) => id >= dVocab);
  if (beyond !== undefined) {
    throw new VocabScopeError(
      'invalidTokenizer',
      `The tokenizer of ${model.summary.name} cuts texts into tokens up to id ${beyond}, but its embedding has ${dVocab} rows: choose the tokenizer that belongs to it.`,
    );
  }
  return encoded.ids.length === 0 ? undefined : encoded;
}
