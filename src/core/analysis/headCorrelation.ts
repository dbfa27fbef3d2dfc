import type { MatmulBackend } from '../projection/backend';
import { dotWithRow } from '../projection/dots';
import { float32At, float64At } from '../tensor/elements';
import type { Matrix } from '../tensor/matrix';

/**
 * One side of a head's interaction matrix for all heads of a layer: `rows` `[heads * d_head, d]`, W_V and W_O for `VO`, W_Q
 * and W_K for `QK`, each head's rows together.
 */
export interface HeadSides {
  readonly heads: number;
  readonly left: Matrix;
  readonly right: Matrix;
}

/** Kernels and means of the two embeddings that heads are projected with. */
export interface HeadKernels {
  /** `[d_B, d_A]`, the cross kernels `E_B^T E_A / n`, centred: of the row space and of the column space. */
  readonly left: Matrix;
  readonly right: Matrix;
  /** Mean rows of these spaces in A, `[d_A]`, and in B, `[d_B]`. */
  readonly meansA: { readonly left: Float64Array; readonly right: Float64Array };
  readonly meansB: { readonly left: Float64Array; readonly right: Float64Array };
}

/**
 * Covariances of the projected matrices of all heads of one layer of A with all of one layer of B, `[heads of A, heads of
 * B]`, over all pairs of shared tokens, without any matrix as wide as the vocabulary.
 *
 * A head's matrix is `M = E L^T R U^T`, with `L`, `R` its two factors, `[d_head, d]`. With `P = L_A K_E L_B^T` and
 * `Q = R_A K_U R_B^T` (`[d_head, d_head]`, K the centred cross kernels) and `a = R m_U`, `b = L m_E` of either model, the
 * covariance of the entries of two such matrices is `a_A^T P a_B + b_A^T Q b_B + sum(P * Q)`: their row means, their
 * column means, and what is left.
 */
export async function headCovariances(
  a: HeadSides,
  b: HeadSides,
  kernels: HeadKernels,
  backend: MatmulBackend,
): Promise<Float64Array> {
  const p = await between(a.left, b.left, kernels.left, backend);
  const q = await between(a.right, b.right, kernels.right, backend);
  const [meansA, meansB] = [headMeans(a, kernels.meansA), headMeans(b, kernels.meansB)];
  const covariances = new Float64Array(a.heads * b.heads);
  const [widthA, widthB] = [a.left.rows / a.heads, b.left.rows / b.heads];
  for (let h = 0; h < a.heads; h += 1) {
    for (let g = 0; g < b.heads; g += 1) {
      let sum = 0;
      for (let i = h * widthA; i < (h + 1) * widthA; i += 1) {
        for (let j = g * widthB; j < (g + 1) * widthB; j += 1) {
          const [left, right] = [
            float32At(p.data, i * p.cols + j),
            float32At(q.data, i * q.cols + j),
          ];
          sum +=
            left * right +
            float64At(meansA.right, i) * left * float64At(meansB.right, j) +
            float64At(meansA.left, i) * right * float64At(meansB.left, j);
        }
      }
      covariances[h * b.heads + g] = sum;
    }
  }
  return covariances;
}

/** `X K Y^T`. @param kernel `[d_B, d_A]` */
async function between(
  x: Matrix,
  y: Matrix,
  kernel: Matrix,
  backend: MatmulBackend,
): Promise<Matrix> {
  const images = await backend.multiplyTransposed(x, kernel);
  return backend.multiplyTransposed(images, y);
}

/** `L m` and `R m` for every row. */
function headMeans(
  { left, right }: HeadSides,
  means: HeadKernels['meansA'],
): { left: Float64Array; right: Float64Array } {
  const products = (rows: Matrix, mean: Float64Array): Float64Array =>
    Float64Array.from({ length: rows.rows }, (_, i) => dotWithRow(mean, rows, i));
  return { left: products(left, means.left), right: products(right, means.right) };
}

/** Correlations from covariances and variances; 0 where a head's matrix is constant. */
export function toCorrelations(
  covariances: Float64Array,
  variancesA: Float64Array,
  variancesB: Float64Array,
): Float64Array {
  return covariances.map((covariance, at) => {
    const [row, column] = [Math.floor(at / variancesB.length), at % variancesB.length];
    const product = float64At(variancesA, row) * float64At(variancesB, column);
    return product > 0 ? Math.max(-1, Math.min(1, covariance / Math.sqrt(product))) : 0;
  });
}
