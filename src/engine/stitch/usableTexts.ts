import { VocabScopeError } from '../../core/errors';
import { identifyFile } from '../../io/identity';
import type { StitchData } from '../../protocol/stitch';
import type { WorkContext } from '../context';
import { contextLength } from '../forward/encodeText';
import { readLabelledTexts, type UsableTexts } from './labelledTexts';
import { upToJudged } from './pooling';
import { explainDataError } from './records';
import { encodeTexts, type StitchedModels } from './stitchedModels';

/**
 * The texts of a file as tokens of both models. The last ones are kept for as long as both models are open.
 * @throws VocabScopeError `invalidData` where no text has tokens; as `readLabelledTexts`; CancelledError
 */
export async function usableTexts(
  models: StitchedModels,
  data: StitchData,
  context: WorkContext,
): Promise<UsableTexts> {
  const { a, b } = models;
  const identity = await identifyFile(data.file).catch((error: unknown) => {
    throw explainDataError(error, data.file);
  });
  const key = JSON.stringify([data, identity, models.poolSource]);
  return a.alignments.with(b).texts.get(key, context, (shared) => readTexts(models, data, shared));
}

async function readTexts(
  models: StitchedModels,
  { file, textColumn, labelColumn, maxTexts }: StitchData,
  context: WorkContext,
): Promise<UsableTexts> {
  const { a, b, labels, poolSource } = models;
  const columns = { text: textColumn, label: labelColumn };
  const request = { file, columns, labels, maxTexts };
  const { texts: drawn, ...read } = await readLabelledTexts(request, context);
  const plain = drawn.map(({ text }) => text);
  const byB = await encodeTexts(b, plain, models.maxTokens, context);
  const byA = await encodeTexts(a, plain, contextLength(a), context);
  const head = poolSource === 'architecture' ? a.forward().classifier() : {};
  const texts: string[] = [];
  const idsA: (readonly number[])[] = [];
  const idsB: (readonly number[])[] = [];
  const truth: number[] = [];
  drawn.forEach(({ text, label }, place) => {
    const [own, its] = [byA.ids[place], byB.ids[place]];
    if (own !== undefined && its !== undefined) {
      texts.push(text);
      idsA.push(upToJudged(own, head));
      idsB.push(its);
      truth.push(label);
    }
  });
  if (truth.length === 0) {
    throw new VocabScopeError(
      'invalidData',
      `The tokenizers of ${a.summary.name} and ${b.summary.name} find no tokens in any text of the file.`,
    );
  }
  return {
    ...{ texts, idsA, idsB },
    read: { ...read, drawn: drawn.length },
    truth: Int32Array.from(truth),
    truncated: byB.truncated,
    tokenless: plain.length - truth.length,
  };
}
