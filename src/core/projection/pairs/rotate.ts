import type { RotaryPositions } from '../../model/transformer';
import { float64At } from '../../tensor/elements';

/**
 * A head's query directions `[d_head]` of `[d_model]` each, turned by `delta` positions: token x then has the query
 * `(x W_Q) R(delta)`. With `half` pairing, of the pair (j, j + width / 2): first' = cos first - sin second,
 * second' = cos second + sin first, the angle being delta times the pair's frequency.
 */
export function rotateDirections(
  directions: readonly Float64Array[],
  { pairing, width, frequencies }: RotaryPositions,
  delta: number,
): Float64Array[] {
  const turned = [...directions];
  frequencies.forEach((frequency, j) => {
    const [first, second] = pairing === 'half' ? [j, j + width / 2] : [2 * j, 2 * j + 1];
    const a = directions[first];
    const b = directions[second];
    if (a !== undefined && b !== undefined) {
      const cos = Math.cos(delta * frequency);
      const sin = Math.sin(delta * frequency);
      turned[first] = a.map((value, i) => cos * value - sin * float64At(b, i));
      turned[second] = b.map((value, i) => cos * value + sin * float64At(a, i));
    }
  });
  return turned;
}
