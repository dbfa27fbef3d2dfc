import {
  accuracyOf,
  calibratedPredictions,
  chanceOf,
  predictions,
} from '../../core/analysis/accuracy';
import { quoted } from '../../core/architectures/config';
import type { StitchKernel } from '../../core/analysis/stitchKernel';
import type {
  StitchKernelSummary,
  StitchParams,
  StitchPoint,
  StitchResult,
} from '../../protocol/stitch';
import { counted } from '../../protocol/written/numbers';
import type { WorkContext } from '../context';
import type { OpenModel } from '../model/openModel';
import type { Kernels } from './kernels';
import type { UsableTexts } from './labelledTexts';
import { RunCount } from './logits';
import { planSource } from './sourceLogits';
import { requireBlocks, StitchedModels } from './stitchedModels';
import { nameOf, Sweep, type Stitching, type SweepLogits } from './sweep';
import type { Way } from './tails';
import { requireTranslatable } from './translation/translatedModel';
import { usableTexts } from './usableTexts';

const NO_BLOCKS = 0;

/** All stitched models that are asked for. @throws VocabScopeError `invalidData` where a model has not so many blocks */
function stitchingsOf(models: StitchedModels, params: StitchParams): Stitching[] {
  const { transplants, keeps, control, translate = false } = params;
  transplants.forEach((transplant) => {
    requireBlocks(models, { transplant });
  });
  keeps?.forEach((keep) => {
    requireBlocks(models, { keep });
  });
  const all = keeps ?? Array.from({ length: models.layersB + 1 }, (_, keep) => keep);
  const curve = (transplant: number, way: Way): Stitching[] =>
    all.map((keep) => ({ transplant, keep, way }));
  const wanted = [...new Set([...transplants, NO_BLOCKS])];
  return [
    ...wanted.flatMap((transplant) => curve(transplant, 'carried')),
    ...(control ? transplants.flatMap((transplant) => curve(transplant, 'shuffled')) : []),
    ...(translate ? transplants.flatMap((transplant) => curve(transplant, 'translated')) : []),
  ];
}

function dataWarnings(
  { read, truncated, tokenless, truth }: UsableTexts,
  maxTokens: number,
): string[] {
  const { records, empty, firstEmpty, drawn } = read;
  return [
    ...(empty > 0
      ? [
          `${counted(empty, 'text is', 'texts are')} empty and left out (the first on line ${String(firstEmpty)}).`,
        ]
      : []),
    ...(records - empty > drawn
      ? [
          `${counted(drawn, 'text was', 'texts were')} drawn at random of ${counted(records - empty, 'record', 'records')}.`,
        ]
      : []),
    ...(tokenless > 0
      ? [
          `${counted(tokenless, 'text has', 'texts have')} no token and ${tokenless === 1 ? 'is' : 'are'} left out.`,
        ]
      : []),
    ...(truncated > 0
      ? [
          `${truncated.toLocaleString('en-US')} of ${counted(truth.length, 'text was', 'texts were')} cut to the first ${maxTokens} tokens, the smaller context.`,
        ]
      : []),
  ];
}

function pointsOf(
  logits: SweepLogits,
  stitchings: readonly Stitching[],
  truth: Int32Array,
  labels: number,
  calibrate: boolean,
): StitchPoint[] {
  return stitchings.map((stitching) => {
    const of = { labels, data: logits.get(nameOf(stitching)) ?? new Float64Array(0) };
    const calibrated = calibrate ? calibratedPredictions(of) : undefined;
    return {
      transplant: stitching.transplant,
      keep: stitching.keep,
      ...accuracyOf(predictions(of), truth),
      ...(calibrated === undefined ? {} : { calibrated: accuracyOf(calibrated, truth) }),
    };
  });
}

function kernelSummary({ kernel, tokens, grams }: Kernels): StitchKernelSummary {
  const { shared, shareA, shareB } = tokens.vocabulary;
  const { ridge, condition } = kernel;
  return { tokens: grams.tokens, sharedTokens: shared, shareA, shareB, ridge, condition };
}

/** Where A's outputs were trained to mean something else than the one label of a text. */
function taskWarnings({ a }: StitchedModels): string[] {
  const { otherTask } = a.forward().classifier();
  return otherTask === undefined
    ? []
    : [
        `${a.summary.name} was not trained to choose one label (config.json says problem_type ${quoted(otherTask)}): what is measured is how often its largest output is that of the text's label.`,
      ];
}

/** What a reader of anything that went through the kernel must know. */
function kernelWarnings({ kernel, tokens, grams }: Kernels, back: StitchKernel | null): string[] {
  const { nonFinite } = grams;
  return [
    ...tokens.warnings,
    ...(nonFinite > 0
      ? [
          `${counted(nonFinite, 'shared token is', 'shared tokens are')} left out of the kernel: ${nonFinite === 1 ? 'its row is' : 'their rows are'} not finite.`,
        ]
      : []),
    ...(kernel.ridge > 0
      ? [
          `The Gram matrix of the shared tokens is singular: a ridge of ${kernel.ridge.toExponential(1)} was added, and directions that the vocabulary does not span are not carried.`,
        ]
      : []),
    ...(back !== null && back.ridge > 0
      ? [
          `On the way back, into the base, the base's is singular: a ridge of ${back.ridge.toExponential(1)} was added to translate what writes hidden states.`,
        ]
      : []),
  ];
}

/**
 * Measures stitched models on labelled texts, beside the classifier's own accuracy, chance, B with A's head alone and the
 * control.
 * @throws VocabScopeError `runRefused`, `incomparable`, `invalidData`, `missingTokenizer`, `invalidTokenizer`,
 * `nonFinite`; as `readLabelledTexts`; CancelledError
 */
export async function stitch(
  a: OpenModel,
  b: OpenModel,
  params: StitchParams,
  context: WorkContext,
): Promise<StitchResult> {
  const models = await StitchedModels.of(a, b, params);
  if (params.translate === true) {
    requireTranslatable(a);
  }
  const stitchings = stitchingsOf(models, params);
  const kernels = await models.kernels(false, context);
  const back = params.translate === true ? await models.back(context) : null;
  const { data, calibrate, transplants } = params;
  const { labels } = models;
  const texts = await usableTexts(models, data, context);
  // Both are planned before either runs, so that their runs are counted as one.
  const count = new RunCount(context);
  const runSource = await planSource(models, texts.idsA, count);
  const runSweep = await new Sweep(models, texts.idsB, context).plan(stitchings, count);
  const source = await runSource();
  const logits = await runSweep();
  const points = (way: Way, blocks: readonly number[]): StitchPoint[] => {
    const asked = stitchings.filter((each) => each.way === way && blocks.includes(each.transplant));
    return pointsOf(logits, asked, texts.truth, labels.length, calibrate);
  };
  return {
    labels,
    pool: models.pool,
    poolSource: models.poolSource,
    kernel: kernelSummary(kernels),
    finalNorm: models.withFinalNorm,
    maxTokens: models.maxTokens,
    truncated: texts.truncated,
    texts: texts.truth.length,
    records: texts.read.records,
    chance: chanceOf(texts.truth, labels.length),
    source: accuracyOf(predictions({ labels: labels.length, data: source }), texts.truth),
    curve: points('carried', transplants),
    headAlone: points('carried', [NO_BLOCKS]),
    control: params.control ? points('shuffled', transplants) : null,
    ...(params.translate === true ? { translated: points('translated', transplants) } : {}),
    warnings: [
      ...taskWarnings(models),
      ...kernelWarnings(kernels, back),
      ...dataWarnings(texts, models.maxTokens),
    ],
  };
}
