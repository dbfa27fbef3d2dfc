import { gaussianGenerator } from '../../src/core/projection/seeded';

const MAX_STEPS = 20_000;
/** A step that turns the vector by less does not turn it at all. */
const STILL = 1e-15;

interface Component {
  readonly vector: readonly number[];
  readonly variance: number;
}

function times(matrix: readonly Float64Array[], vector: readonly number[]): number[] {
  return matrix.map((row) => {
    let sum = 0;
    for (let j = 0; j < row.length; j += 1) sum += (row[j] ?? NaN) * (vector[j] ?? NaN);
    return sum;
  });
}

/** The eigenvector of largest eigenvalue, by multiplying with the matrix until nothing turns any more. */
function strongest(matrix: readonly Float64Array[]): Component {
  let vector = Array.from({ length: matrix.length }, gaussianGenerator(1));
  let variance = 0;
  for (let step = 0; step < MAX_STEPS; step += 1) {
    const image = times(matrix, vector);
    variance = Math.hypot(...image);
    if (variance === 0) break;
    const next = image.map((value) => value / variance);
    const turn = Math.hypot(...next.map((value, j) => value - (vector[j] ?? NaN)));
    vector = next;
    if (turn < STILL) break;
  }
  return { vector, variance };
}

/**
 * Two principal components as textbooks have them, by the d x d covariance and power iteration: independent of the
 * Gram matrix and the decomposition that the code uses.
 */
export function naivePlane(rows: readonly (readonly number[])[]): {
  /** `[2][k]`, their signs free. */
  readonly coordinates: readonly (readonly number[])[];
  readonly explained: readonly number[];
} {
  const columns = Array.from({ length: rows[0]?.length ?? 0 }, (_, j) => j);
  const means = columns.map(
    (j) => rows.reduce((sum, row) => sum + (row[j] ?? NaN), 0) / rows.length,
  );
  const centred = rows.map((row) => row.map((value, j) => value - (means[j] ?? NaN)));
  let covariance = columns.map((i) =>
    Float64Array.from(columns, (j) =>
      centred.reduce((sum, row) => sum + (row[i] ?? NaN) * (row[j] ?? NaN), 0),
    ),
  );
  const total = columns.reduce((sum, j) => sum + (covariance[j]?.[j] ?? NaN), 0);
  const components = [0, 1].map(() => {
    const found = strongest(covariance);
    const { vector, variance } = found;
    covariance = covariance.map((row, i) =>
      row.map((value, j) => value - variance * (vector[i] ?? NaN) * (vector[j] ?? NaN)),
    );
    return found;
  });
  return {
    coordinates: components.map(({ vector }) =>
      centred.map((row) => row.reduce((sum, value, j) => sum + value * (vector[j] ?? NaN), 0)),
    ),
    explained: components.map(({ variance }) => variance / total),
  };
}
