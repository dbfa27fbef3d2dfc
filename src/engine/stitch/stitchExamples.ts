import {
  calibratedPredictions,
  calibrationThreshold,
  confusionOf,
  predictions,
  softmax,
  type Logits,
} from '../../core/analysis/accuracy';
import { VocabScopeError } from '../../core/errors';
import { at } from '../../core/tensor/matrix';
import type {
  StitchExample,
  StitchExamplesParams,
  StitchExamplesResult,
} from '../../protocol/stitch';
import type { WorkContext } from '../context';
import type { OpenModel } from '../model/openModel';
import { requireBlocks, StitchedModels } from './stitchedModels';
import { nameOf, Sweep } from './sweep';
import { wayOf } from './tails';
import { usableTexts } from './usableTexts';

/** Characters of a text that an example shows at most. */
const MAX_SHOWN_CHARACTERS = 2000;

/** What a model predicts of texts, and the probabilities `[texts]` of that. */
interface Judged {
  readonly predicted: Int32Array;
  readonly probability: Float64Array;
}

function judgedBy(logits: Logits, isCalibrated: boolean): Judged {
  const { labels } = logits;
  const threshold = isCalibrated ? calibrationThreshold(logits) : 0;
  const predicted = isCalibrated ? calibratedPredictions(logits) : predictions(logits);
  if (predicted === undefined || threshold === undefined) {
    throw new VocabScopeError(
      'invalidData',
      `Calibration moves a threshold between two labels, and the classifier has ${labels}.`,
    );
  }
  // The threshold is a shift of the second label's logit.
  const data = logits.data.map((value, place) =>
    place % labels === 1 ? value - threshold : value,
  );
  return {
    predicted,
    probability: Float64Array.from(predicted, (label, text) =>
      at(softmax(data.subarray(text * labels, (text + 1) * labels)), label),
    ),
  };
}

/**
 * What one stitched model says of the texts of a file: how often each label is taken for each, and the texts, errors
 * first, each group by falling probability of what was predicted. A page of them.
 * @throws VocabScopeError as `stitch`; CancelledError
 */
export async function stitchExamples(
  a: OpenModel,
  b: OpenModel,
  params: StitchExamplesParams,
  context: WorkContext,
): Promise<StitchExamplesResult> {
  const models = await StitchedModels.of(a, b, params);
  requireBlocks(models, params);
  const { transplant, keep, translate, show, start, count } = params;
  const { labels } = models;
  const { texts, idsB, truth } = await usableTexts(models, params.data, context);
  const stitching = { transplant, keep, way: wayOf(translate) };
  const run = await new Sweep(models, idsB, context).run([stitching]);
  const logits = { labels: labels.length, data: run.get(nameOf(stitching)) ?? new Float64Array(0) };
  const { predicted, probability } = judgedBy(logits, params.calibrated);
  const isRight = (text: number): boolean => predicted[text] === truth[text];
  const listed = [...texts.keys()]
    .filter((text) => show === 'all' || isRight(text) === (show === 'right'))
    .sort(
      (one, two) =>
        Number(isRight(one)) - Number(isRight(two)) || at(probability, two) - at(probability, one),
    );
  const name = (label: number | undefined): string => labels[label ?? 0] ?? String(label);
  return {
    labels,
    confusion: confusionOf(predicted, truth, labels.length),
    total: listed.length,
    rows: listed.slice(start, start + count).map((text): StitchExample => ({
      text: texts[text]?.slice(0, MAX_SHOWN_CHARACTERS) ?? '',
      cut: (texts[text]?.length ?? 0) > MAX_SHOWN_CHARACTERS,
      label: name(truth[text]),
      predicted: name(predicted[text]),
      probability: at(probability, text),
    })),
  };
}
