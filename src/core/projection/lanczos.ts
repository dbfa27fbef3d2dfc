import { EigenvalueDecomposition, Matrix as DenseMatrix } from 'ml-matrix';
import { float64At } from '../tensor/elements';
import { dot, norm } from './dots';
import { gaussianGenerator } from './seeded';

/** A residual below this share of the largest eigenvalue counts as none: covariances are sums of float32 products. */
const TOLERANCE = 1e-8;
/** A new direction below this share of the largest product lies in the space already spanned. */
const BREAKDOWN = 1e-12;
/** Directions beyond twice the wanted ones before convergence is first asked. */
const FIRST_CHECK_EXTRA = 20;
const CHECK_GROWTH = 1.3;
/** Passes of orthogonalisation, and the share of a vector that must be left for a pass to be the last. */
const MAX_PASSES = 3;
const KEPT_SHARE = 0.7;
const START_SEED = 0x1a4c205;

/** A symmetric positive semidefinite matrix, known by its products alone. */
export interface SymmetricOperator {
  readonly size: number;
  /** `into = A x`, both `[size]`. */
  multiply(x: Float64Array, into: Float64Array): void;
}

/**
 * Eigenvectors of the `count` largest eigenvalues, `[count, size]`, largest first: Lanczos with full
 * reorthogonalisation (Golub and Van Loan, "Matrix Computations", section 10.1-3). Where the spanned space is closed under the matrix, a new random
 * direction continues, so that equal eigenvalues and matrices of low rank are found whole.
 */
export function largestEigenvectors(operator: SymmetricOperator, count: number): Float64Array {
  const { size } = operator;
  const basis: Float64Array[] = [];
  const diagonal: number[] = [];
  const beside: number[] = [];
  const random = gaussianGenerator(START_SEED);
  let next = randomDirection(size, basis, random);
  let nextCheck = 2 * count + FIRST_CHECK_EXTRA;
  for (;;) {
    basis.push(next);
    const product = new Float64Array(size);
    operator.multiply(next, product);
    diagonal.push(dot(next, product));
    orthogonalise(product, basis);
    const length = norm(product);
    const scale = Math.max(...diagonal.map(Math.abs), ...beside);
    const closed = length <= BREAKDOWN * scale;
    if (basis.length === size || basis.length >= nextCheck) {
      const found = ritzVectors(diagonal, beside, closed ? 0 : length, count);
      if (found.converged || basis.length === size) {
        return combine(found.coefficients, basis, count, size);
      }
      nextCheck = Math.ceil(basis.length * CHECK_GROWTH);
    }
    beside.push(closed ? 0 : length);
    next = closed ? randomDirection(size, basis, random) : product.map((value) => value / length);
  }
}

/**
 * Removes from `vector` what lies along the basis: again as long as much was removed, since that leaves as much
 * rounding behind.
 */
function orthogonalise(vector: Float64Array, basis: readonly Float64Array[]): void {
  // Where a product mostly lies, so that the first pass over all directions is the last.
  basis.slice(-2).forEach((direction) => {
    subtract(vector, dot(direction, vector), direction);
  });
  for (let pass = 0; pass < MAX_PASSES; pass += 1) {
    const before = norm(vector);
    for (const direction of basis) {
      subtract(vector, dot(direction, vector), direction);
    }
    if (norm(vector) > KEPT_SHARE * before) {
      return;
    }
  }
}

function subtract(vector: Float64Array, factor: number, direction: Float64Array): void {
  for (let j = 0; j < vector.length; j += 1) {
    vector[j] = float64At(vector, j) - factor * float64At(direction, j);
  }
}

function randomDirection(
  size: number,
  basis: readonly Float64Array[],
  random: () => number,
): Float64Array {
  const direction = Float64Array.from({ length: size }, random);
  orthogonalise(direction, basis);
  const length = norm(direction);
  return direction.map((value) => value / length);
}

interface Ritz {
  /** Eigenvectors of the tridiagonal matrix, in columns, ascending. */
  readonly coefficients: DenseMatrix;
  readonly converged: boolean;
}

function ritzVectors(
  diagonal: readonly number[],
  beside: readonly number[],
  residual: number,
  count: number,
): Ritz {
  const size = diagonal.length;
  const tridiagonal = DenseMatrix.zeros(size, size);
  diagonal.forEach((value, i) => tridiagonal.set(i, i, value));
  beside.forEach((value, i) => {
    tridiagonal.set(i, i + 1, value);
    tridiagonal.set(i + 1, i, value);
  });
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(tridiagonal, {
    assumeSymmetric: true,
  });
  const limit = TOLERANCE * Math.max(...realEigenvalues.map(Math.abs));
  const last = Array.from({ length: Math.min(count, size) }, (_, i) =>
    Math.abs(residual * eigenvectorMatrix.get(size - 1, size - 1 - i)),
  );
  return {
    coefficients: eigenvectorMatrix,
    converged: size >= count && last.every((error) => error <= limit),
  };
}

function combine(
  coefficients: DenseMatrix,
  basis: readonly Float64Array[],
  count: number,
  size: number,
): Float64Array {
  const vectors = new Float64Array(count * size);
  for (let i = 0; i < count; i += 1) {
    const vector = vectors.subarray(i * size, (i + 1) * size);
    basis.forEach((direction, j) => {
      subtract(vector, -coefficients.get(j, basis.length - 1 - i), direction);
    });
  }
  return vectors;
}
