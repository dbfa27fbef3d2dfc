/** A synthetic classifier stitched onto another synthetic model. */
import { accuracyOf } from '../../../src/core/analysis/accuracy';
import { CancelledError } from '../../../src/core/errors';
import type { EngineParams, EngineResult } from '../../../src/protocol/engineApi';
import type { StitchAccuracy, StitchExample, StitchPoint } from '../../../src/protocol/stitch';
import { chance } from './chance';
import type { Answer } from './panelHost';

const LABELS = ['NEGATIVE', 'POSITIVE'] as const;
const LAYERS = 4;
export const TEXTS = 200;

/** An accuracy of so many texts. */
function share(value: number): StitchAccuracy {
  const right = Math.round(value * TEXTS);
  const predicted = Int32Array.from({ length: TEXTS }, (_, text) => (text < right ? 1 : 0));
  return accuracyOf(predicted, new Int32Array(TEXTS).fill(1));
}

/** Answers about a stitched pair. */
export class SyntheticStitching {
  /** How long each of the ten steps takes. */
  stepMs = 0;
  /** How much better than chance the best is. */
  lift = 0.2;
  /** The same of translated models. */
  translatedLift = 0.12;
  warnings: readonly string[] = [];

  async stitch(
    params: EngineParams<'stitch'>,
    { cancellation, onProgress }: Parameters<Answer>[2],
  ): Promise<EngineResult<'stitch'>> {
    for (let done = 1; done <= 10 && this.stepMs > 0; done += 1) {
      onProgress({ method: 'stitch', done, total: 10, unit: 'block runs' });
      await new Promise((resolve) => setTimeout(resolve, this.stepMs));
      if (cancellation.aborted) throw new CancelledError();
    }
    const { transplants, data, pool } = params;
    const curve = transplants.flatMap((n) => this.#curve(n, this.lift));
    return {
      labels: LABELS,
      pool: pool ?? 'last',
      poolSource: pool === undefined ? 'train.json' : 'asked',
      kernel: {
        ...{ tokens: params.excludeUndertrained === true ? 7965 : 8192, sharedTokens: 8192 },
        ...{ shareA: 1, shareB: 1, ridge: 0, condition: 3290 },
      },
      finalNorm: params.withoutFinalNorm !== true,
      ...{ maxTokens: 256, truncated: 12, texts: TEXTS, records: 2 * data.maxTexts },
      ...{ chance: 0.5, source: share(0.8), curve, headAlone: this.#curve(0, 0.05) },
      control: params.control ? transplants.flatMap((n) => this.#curve(n, 0)) : null,
      ...(params.translate === true
        ? { translated: transplants.flatMap((n) => this.#curve(n, this.translatedLift)) }
        : {}),
      warnings: this.warnings,
    };
  }

  #curve(transplant: number, lift: number): StitchPoint[] {
    return Array.from({ length: LAYERS + 1 }, (_, keep) => {
      const noise = 0.06 * (chance(`${String(transplant)} ${String(keep)}`) - 0.5);
      const height = Math.max(0, 1 - Math.abs(keep - LAYERS + 1) / 3);
      const measured = share(0.5 + lift * height + noise);
      const calibrated = share(Math.min(1, measured.accuracy + 0.04));
      return { transplant, keep, ...measured, calibrated };
    });
  }

  examples(params: EngineParams<'stitchExamples'>): EngineResult<'stitchExamples'> {
    const all = Array.from({ length: TEXTS }, (_, text): StitchExample => {
      const label = LABELS[text % 2] ?? 'NEGATIVE';
      const isRight = chance(`${String(text)} right`) < 0.66;
      return {
        text: `sentence ${String(text)} of a film that is ${label === 'POSITIVE' ? 'a joy' : 'a bore'} , with words that go on and on until they no longer fit into one line of the table`,
        cut: false,
        label,
        predicted: isRight ? label : (LABELS[(text + 1) % 2] ?? 'POSITIVE'),
        probability: 0.5 + 0.5 * chance(`${String(text)} sure`),
      };
    });
    const isRight = ({ label, predicted }: StitchExample): boolean => label === predicted;
    const listed = all
      .filter((row) => params.show === 'all' || isRight(row) === (params.show === 'right'))
      .sort((a, b) => Number(isRight(a)) - Number(isRight(b)) || b.probability - a.probability);
    const count = (label: string, predicted: string): number =>
      all.filter((row) => row.label === label && row.predicted === predicted).length;
    return {
      labels: LABELS,
      confusion: LABELS.map((label) => LABELS.map((predicted) => count(label, predicted))),
      rows: listed.slice(params.start, params.start + params.count),
      total: listed.length,
    };
  }

  classify({ texts }: EngineParams<'classifyStitched'>): EngineResult<'classifyStitched'> {
    return {
      labels: LABELS,
      rows: texts.map((text) => {
        const positive = 0.3 + 0.6 * chance(text);
        return {
          text,
          label: positive > 0.5 ? 'POSITIVE' : 'NEGATIVE',
          probabilities: [
            { label: 'NEGATIVE', probability: 1 - positive },
            { label: 'POSITIVE', probability: positive },
          ],
          truncated: false,
          words: text.split(/\s+/u).map((word) => ({ word, change: 0.3 * (chance(word) - 0.5) })),
        };
      }),
    };
  }
}
