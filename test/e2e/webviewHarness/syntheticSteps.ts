/** A synthetic training: every table moves by chance, and becomes readable. */
import { CancelledError } from '../../../src/core/errors';
import type { EngineParams, EngineResult } from '../../../src/protocol/engineApi';
import type { ModelSummary } from '../../../src/protocol/modelSummary';
import type { RowReading, TableRow } from '../../../src/protocol/reading';
import type { StepChange, StepName } from '../../../src/protocol/steps';
import { chance } from './chance';
import type { Answer } from './panelHost';

const ROWS = 64;
const READABLE = 3;

/** A step of the model, by its path: its handle is its path. */
export function stepOf(summary: ModelSummary, path: string): ModelSummary {
  const name = path.split('/').slice(-2).join('/');
  return { ...summary, model: path, name, canonicalPath: `${path}/model.safetensors` };
}

function stepName(handle: string): StepName {
  const number = /(\d+)$/u.exec(handle)?.[1];
  return { name: handle, step: number === undefined ? null : Number(number) };
}

function changes(component: string, steps: number): readonly StepChange[] {
  const size = component.includes('[') ? 1 : 20;
  return Array.from({ length: steps }, (_, at): StepChange => {
    const moved = at === 0 ? 0 : size * (0.1 + 0.4 * chance(`${component} ${String(at)}`));
    return {
      norm: size * (1 + at / 10),
      sinceFirst: moved * Math.sqrt(at),
      sincePrevious: moved,
      relative: at === 0 ? 0 : moved / (size * (1 + (at - 1) / 10)),
    };
  });
}

/** Answers about a training. */
export class SyntheticSteps {
  /** How long each table or row takes. */
  stepMs = 0;

  constructor(
    private readonly tables: readonly string[],
    private readonly read: (component: string, k: number) => RowReading,
  ) {}

  async answer(
    { steps, components, options }: EngineParams<'steps'>,
    { cancellation, onProgress }: Parameters<Answer>[2],
  ): Promise<EngineResult<'steps'>> {
    const asked = components ?? this.tables;
    for (let done = 1; done <= asked.length && this.stepMs > 0; done += 1) {
      onProgress({ method: 'steps', done, total: asked.length, unit: 'components' });
      await new Promise((resolve) => setTimeout(resolve, this.stepMs));
      if (cancellation.aborted) throw new CancelledError();
    }
    const readable = (matrix: string, at: number): TableRow[] =>
      Array.from({ length: READABLE }, (_, rank) => {
        const row = Math.floor(ROWS * chance(`${matrix} ${String(at)} ${String(rank)}`));
        return { ...this.read(`${matrix}[${String(row)}]`, 10), z: 90 - 10 * rank };
      });
    return {
      steps: steps.map(stepName),
      tables: asked
        .filter((id) => !id.includes('['))
        .map((matrix) => ({
          matrix,
          points: changes(matrix, steps.length).map((change, at) => ({
            ...change,
            readability:
              components === undefined
                ? null
                : {
                    rows: ROWS,
                    standOut: Math.round((ROWS * (at + chance(matrix))) / (steps.length + 1)),
                    meanKurtosis: 1 + at,
                    readable: readable(matrix, at),
                  },
          })),
        })),
      rows: asked
        .filter((id) => id.includes('['))
        .map((component) => ({
          component,
          points: changes(component, steps.length).map((change, at) => ({
            ...change,
            reading: { ...this.read(component, options.k), z: 3 * at + chance(component) },
          })),
        })),
    };
  }
}
