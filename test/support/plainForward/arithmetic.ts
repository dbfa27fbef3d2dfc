/** Float64 arithmetic on rows of numbers, one step at a time, for models that are run to be compared with. */

export type Rows = readonly (readonly number[])[];

export function add(a: Rows, b: Rows): Rows {
  return a.map((row, i) => row.map((value, j) => value + (b[i]?.[j] ?? NaN)));
}

/** `x W^T + b`, as `nn.Linear` with `W` `[out, in]`. */
export function linear(x: Rows, weight: Rows, bias?: readonly number[]): Rows {
  return x.map((row) =>
    weight.map(
      (column, o) =>
        column.reduce((sum, value, i) => sum + value * (row[i] ?? NaN), 0) + (bias?.[o] ?? 0),
    ),
  );
}

export function transposed(rows: Rows): Rows {
  return (rows[0] ?? []).map((_, column) => rows.map((row) => row[column] ?? NaN));
}

export function layerNorm(
  x: Rows,
  gain: readonly number[],
  bias: readonly number[],
  epsilon: number,
): Rows {
  return x.map((row) => {
    const mean = row.reduce((sum, value) => sum + value, 0) / row.length;
    const variance = row.reduce((sum, value) => sum + (value - mean) ** 2, 0) / row.length;
    const scale = 1 / Math.sqrt(variance + epsilon);
    return row.map((value, j) => (value - mean) * scale * (gain[j] ?? NaN) + (bias[j] ?? 0));
  });
}

export function rmsNorm(x: Rows, gain: readonly number[], epsilon: number): Rows {
  return x.map((row) => {
    const square = row.reduce((sum, value) => sum + value ** 2, 0) / row.length;
    return row.map((value, j) => (value / Math.sqrt(square + epsilon)) * (gain[j] ?? NaN));
  });
}

/** The error function by its series near zero and its continued fraction beyond, to float64's precision. */
function erf(x: number): number {
  const size = Math.abs(x);
  if (size < 2.5) {
    let term = size;
    let sum = size;
    for (let n = 1; Math.abs(term) > 1e-17 * Math.abs(sum) && n < 200; n += 1) {
      term *= -(size * size) / n;
      sum += term / (2 * n + 1);
    }
    return (Math.sign(x) * 2 * sum) / Math.sqrt(Math.PI);
  }
  let fraction = 0;
  for (let n = 120; n > 0; n -= 1) {
    fraction = n / 2 / (size + fraction);
  }
  const tail = Math.exp(-size * size) / (Math.sqrt(Math.PI) * (size + fraction));
  return Math.sign(x) * (1 - tail);
}

export function gelu(x: number): number {
  return 0.5 * x * (1 + erf(x / Math.SQRT2));
}

export function geluTanh(x: number): number {
  return 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3)));
}

export function silu(x: number): number {
  return x / (1 + Math.exp(-x));
}

function softmax(scores: readonly number[]): number[] {
  const most = Math.max(...scores);
  const powers = scores.map((score) => Math.exp(score - most));
  const sum = powers.reduce((total, power) => total + power, 0);
  return powers.map((power) => power / sum);
}

export function apply(x: Rows, f: (value: number) => number): Rows {
  return x.map((row) => row.map(f));
}

/** What a head is given: its own columns of queries, keys and values, `[tokens, d_head]`. */
export interface HeadInput {
  readonly q: Rows;
  readonly k: Rows;
  readonly v: Rows;
}

/** One head: what each query reads, `[tokens, d_head]`; `score` says what a product becomes, -Infinity where it is hidden. */
export function attend(
  { q, k, v }: HeadInput,
  score: (product: number, query: number, key: number) => number,
): Rows {
  return q.map((query, i) => {
    const weights = softmax(
      k.map((key, j) =>
        score(
          query.reduce((sum, value, c) => sum + value * (key[c] ?? NaN), 0),
          i,
          j,
        ),
      ),
    );
    return (v[0] ?? []).map((_, c) =>
      weights.reduce((sum, weight, j) => sum + weight * (v[j]?.[c] ?? NaN), 0),
    );
  });
}

/** Columns of head `head`, as wide as `width`. */
export function columns(x: Rows, head: number, width: number): Rows {
  return x.map((row) => row.slice(head * width, (head + 1) * width));
}

/** Heads side by side again. */
export function beside(heads: readonly Rows[]): Rows {
  return (heads[0] ?? []).map((_, token) => heads.flatMap((head) => head[token] ?? []));
}
