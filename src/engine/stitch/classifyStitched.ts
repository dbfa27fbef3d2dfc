import { checkCancelled } from '../../core/errors';
import type { ClassifiedTexts, ClassifyStitchedParams } from '../../protocol/stitch';
import type { WorkContext } from '../context';
import { encodeText } from '../forward/encodeText';
import type { OpenModel } from '../model/openModel';
import { judge, type TextLogits } from './judge';
import { RunCount } from './logits';
import { requireBlocks, StitchedModels } from './stitchedModels';
import { runStitched } from './stitchedPass';
import { Tails, wayOf } from './tails';

/**
 * Judges texts with a stitched model that is written nowhere.
 * @throws VocabScopeError `invalidData`, `runRefused`, `incomparable`, `missingTokenizer`, `nonFinite`; CancelledError
 */
export async function classifyStitched(
  a: OpenModel,
  b: OpenModel,
  params: ClassifyStitchedParams,
  context: WorkContext,
): Promise<ClassifiedTexts> {
  const models = await StitchedModels.of(a, b, params);
  requireBlocks(models, params);
  const { cancellation } = context;
  const tails = new Tails(models, context);
  // Progress is told in words, not in runs of blocks.
  const count = new RunCount({ cancellation, onProgress: () => undefined });
  const tail = await tails.of(wayOf(params.translate));
  const logitsOf: TextLogits = async (text) => {
    const encoded = await encodeText(b, text, models.maxTokens);
    return encoded === undefined
      ? undefined
      : {
          logits: await runStitched(models, tail, params, [encoded.ids], count),
          truncated: encoded.cut > 0,
        };
  };
  const rows: ClassifiedTexts['rows'][number][] = [];
  try {
    for (const text of params.texts) {
      checkCancelled(cancellation);
      rows.push(await judge(text, models.labels, logitsOf, params.words, context));
    }
  } finally {
    await tails.dispose();
  }
  return { labels: models.labels, rows };
}
