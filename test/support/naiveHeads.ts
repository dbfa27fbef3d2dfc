import type { Weights } from '../unit/architectures/support/weights';

/** How heads of a llama checkpoint stand out, written down as the design says it: every pair scored, in float64. */

const STATISTIC_PAIRS = 50;

export interface HeadSizes {
  readonly layers: number;
  readonly heads: number;
  /** Query heads that share a key and value head. */
  readonly group: number;
  readonly dHead: number;
  readonly dModel: number;
}

type Rows = readonly (readonly number[])[];

interface Place {
  readonly layer: number;
  readonly head: number;
}

export class NaiveLlamaHeads {
  constructor(
    private readonly weights: Weights,
    private readonly sizes: HeadSizes,
    /** Ids that take part in statistics. */
    private readonly counted: readonly number[],
  ) {}

  /** The other halves with which a head is paired, at most 16: of its layer, then of the layers nearest to it. */
  partners({ layer, head }: Place, kind: 'VO' | 'QK'): Place[] {
    const { layers, heads, group } = this.sizes;
    const nearest = [...Array(layers).keys()].sort(
      (a, b) => Math.abs(a - layer) - Math.abs(b - layer) || a - b,
    );
    const shared = kind === 'QK' ? group : 1;
    const all = nearest.flatMap((other) =>
      [...Array(heads).keys()].map((i) => ({ layer: other, head: (head + i) % heads })),
    );
    return all
      .filter(
        (place) =>
          place.head % shared === 0 &&
          !(place.layer === layer && Math.floor(place.head / group) === Math.floor(head / group)),
      )
      .slice(0, 16);
  }

  /** Mean of the best 50 scores over the root mean square of all, of a first half with some second half. */
  statistic(kind: 'VO' | 'QK', first: Place, second: Place): number {
    const left = this.project(
      'model.embed_tokens.weight',
      this.half(kind === 'VO' ? 'v' : 'q', first),
    );
    const right = this.project(
      kind === 'VO' ? 'lm_head.weight' : 'model.embed_tokens.weight',
      this.half(kind === 'VO' ? 'o' : 'k', second),
    );
    const scores = left.flatMap((a) => right.map((b) => dot(a, b)));
    const rms = Math.sqrt(dot(scores, scores) / scores.length);
    const best = scores.sort((a, b) => b - a).slice(0, STATISTIC_PAIRS);
    return best.reduce((sum, score) => sum + score, 0) / best.length / rms;
  }

  z(kind: 'VO' | 'QK', place: Place): number {
    const control = this.partners(place, kind).map((other) => this.statistic(kind, place, other));
    const mean = control.reduce((sum, value) => sum + value, 0) / control.length;
    const square = control.reduce((sum, value) => sum + (value - mean) ** 2, 0) / control.length;
    return (this.statistic(kind, place, place) - mean) / Math.sqrt(square);
  }

  /** The vectors `[d_head]` of `[d_model]` of a head's half. */
  private half(name: 'q' | 'k' | 'v' | 'o', { layer, head }: Place): Rows {
    const { dHead, dModel, group, heads } = this.sizes;
    const values = this.weights.values(
      `model.layers.${String(layer)}.self_attn.${name}_proj.weight`,
    );
    const stored = name === 'k' || name === 'v' ? Math.floor(head / group) : head;
    return Array.from({ length: dHead }, (_, i) => {
      const row = stored * dHead + i;
      return Array.from(
        { length: dModel },
        (__, j) => values[name === 'o' ? j * heads * dHead + row : row * dModel + j] ?? NaN,
      );
    });
  }

  private project(tensor: string, half: Rows): Rows {
    const values = this.weights.values(tensor);
    const { dModel } = this.sizes;
    return this.counted.map((id) => {
      const token = [...values.subarray(id * dModel, (id + 1) * dModel)];
      return half.map((vector) => dot(token, vector));
    });
  }
}

function dot(a: readonly number[], b: readonly number[]): number {
  let sum = 0;
  a.forEach((value, i) => {
    sum += value * (b[i] ?? NaN);
  });
  return sum;
}
