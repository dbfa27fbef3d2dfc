/** Another synthetic model of the same layers, and how the two agree. */
import { CancelledError } from '../../../src/core/errors';
import { assignLayers } from '../../../src/core/analysis/layerAssignment';
import type {
  AlignmentGroup,
  AlignmentSpace,
  LayerMatrix,
  RowPair,
} from '../../../src/protocol/alignment';
import type { EngineParams, EngineResult } from '../../../src/protocol/engineApi';
import type { ModelSummary } from '../../../src/protocol/modelSummary';
import type { RowReading } from '../../../src/protocol/reading';
import { chance } from './chance';
import type { Answer } from './panelHost';

const GROUPS: readonly AlignmentGroup[] = ['FF.K', 'FF.V', 'Q', 'K', 'V', 'O'];
const ROWS = 64;
const HEADS = 4;

/** A model that is the same but for its name and place. */
export function otherThan(summary: ModelSummary): ModelSummary {
  return {
    ...summary,
    ...{ model: 'other', name: 'another', canonicalPath: '/models/another/model.safetensors' },
  };
}

/** Opens it, each time under another handle: other, other2, other3… */
export function reopening(summary: ModelSummary): () => { ok: ModelSummary } {
  let opened = 0;
  return () => {
    opened += 1;
    const other = otherThan(summary);
    return { ok: opened === 1 ? other : { ...other, model: `other${String(opened)}` } };
  };
}

function layerMatrix(layers: number, key: string, diagonal: number, floor: number): LayerMatrix {
  const matrix = Array.from({ length: layers }, (_, a) =>
    Array.from({ length: layers }, (__, b) => {
      const near = Math.max(0, 1 - Math.abs(a - b) / 2);
      return floor + diagonal * near + 0.03 * chance(`${key} ${String(a)} ${String(b)}`);
    }),
  );
  return { matrix, ...assignLayers(matrix) };
}

/** Answers about two models. */
export class SyntheticAlignment {
  /** How long each of the ten steps takes. */
  stepMs = 0;
  /** Layers of both models. */
  layers = 4;
  /** Why features cannot be compared; null where they can. */
  featureRefusal: string | null = null;
  warnings: readonly string[] = [];

  constructor(private readonly read: (component: string, k: number) => RowReading) {}

  async align(
    { spaces, excludeUndertrained }: EngineParams<'align'>,
    { cancellation, onProgress }: Parameters<Answer>[2],
  ): Promise<EngineResult<'align'>> {
    for (let done = 1; done <= 10 && this.stepMs > 0; done += 1) {
      onProgress({ method: 'align', done, total: 10, unit: 'pairs of layers' });
      await new Promise((resolve) => setTimeout(resolve, this.stepMs));
      if (cancellation.aborted) throw new CancelledError();
    }
    const shown = spaces.filter((space) => space !== 'feature' || this.featureRefusal === null);
    return {
      vocabulary: {
        ...{ shared: 8192, shareA: 1, shareB: 0.5 },
        ...{ used: excludeUndertrained ? 7965 : 8192, undertrained: excludeUndertrained ? 227 : 0 },
      },
      groups: GROUPS.map((group) => ({
        group,
        spaces: Object.fromEntries(shown.map((space) => [space, this.#measures(group, space)])),
      })),
      featureRefusal: this.featureRefusal,
      warnings: this.warnings,
    };
  }

  #measures(group: string, space: AlignmentSpace): Record<'best' | 'mean', LayerMatrix> {
    const diagonal = space === 'embedding' ? 0.35 : 0;
    const key = `${group} ${space}`;
    return {
      best: layerMatrix(this.layers, `${key} best`, diagonal, 0.2),
      mean: layerMatrix(this.layers, `${key} mean`, diagonal / 10, 0.08),
    };
  }

  /** Heads of both models, those of equal number alike. */
  heads({ kind }: EngineParams<'alignHeads'>): EngineResult<'alignHeads'> {
    const names = Array.from(
      { length: this.layers * HEADS },
      (_, at) => `L${String(Math.floor(at / HEADS))}.H${String(at % HEADS)}.${kind}`,
    );
    const matrix = names.map((a) =>
      names.map((b) => (a === b ? 0.7 : 0.3 * (2 * chance(`${a} ${b}`) - 1))),
    );
    return {
      rows: names.map((component) => {
        const match = { component, rho: 0.7 };
        return { component, nearest: match, mutual: true, assigned: match };
      }),
      ...{ others: names, matrix, meanNearest: 0.7, control: 0.213 },
    };
  }

  /** Where rows of A are: all of B's rows of the same number in their layers. */
  counterparts({
    component,
    count,
    options,
  }: EngineParams<'counterparts'>): EngineResult<'counterparts'> {
    const rows = Array.from({ length: this.layers * ROWS }, (_, at) => {
      const row = `L${String(Math.floor(at / ROWS))}.FF.K[${String(at % ROWS)}]`;
      return { component: row, rho: 2 * chance(`${component} ${row}`) - 1 };
    });
    rows.sort((x, y) => Math.abs(y.rho) - Math.abs(x.rho));
    return {
      reading: this.read(component, options.k),
      rows: rows
        .slice(0, count)
        .map((match) => ({ ...match, reading: this.read(match.component, options.k) })),
      ...{ total: rows.length, control: 0.287 },
    };
  }

  rows(params: EngineParams<'alignRows'>): EngineResult<'alignRows'> {
    const { group, layerA, layerB, start, count, mutualOnly, sort, options } = params;
    const pairs = Array.from({ length: ROWS }, (_, row): RowPair => {
      const name = (layer: number, index: number): string =>
        group.startsWith('FF')
          ? `L${String(layer)}.${group}[${String(index)}]`
          : `L${String(layer)}.H${String(Math.floor(index / 16))}.${group}[${String(index % 16)}]`;
      const component = name(layerA, row);
      const nearest = name(layerB, (row * 5) % ROWS);
      const assigned = name(layerB, row % 3 === 0 ? (row + 1) % ROWS : (row * 5) % ROWS);
      const sign = row % 7 === 3 ? -1 : 1;
      return {
        component,
        nearest: { component: nearest, rho: sign * (0.2 + 0.7 * chance(component)) },
        mutual: row % 2 === 0,
        assigned: { component: assigned, rho: 0.2 + 0.3 * chance(assigned) },
        reading: this.read(component, options.k),
        nearestReading: this.read(nearest, options.k),
        assignedReading: assigned === nearest ? null : this.read(assigned, options.k),
      };
    });
    const listed = pairs.filter(({ mutual }) => mutual || !mutualOnly);
    const size = ({ nearest }: RowPair): number => Math.abs(nearest?.rho ?? 0);
    if (sort === 'rho') listed.sort((x, y) => size(y) - size(x));
    return {
      rows: listed.slice(start, start + count),
      total: listed.length,
      ...{ rowsA: ROWS, rowsB: ROWS, mutual: ROWS / 2 },
      ...{ meanNearest: 0.512, meanAssigned: 0.433, control: 0.211 },
    };
  }
}
