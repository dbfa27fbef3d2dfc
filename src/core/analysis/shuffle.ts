import { uniformGenerator } from '../projection/seeded';
import { int32At } from '../tensor/elements';

/** The same numbers in a random order (Fisher and Yates), the same for the same seed. */
export function shuffled(values: Int32Array, seed: number): Int32Array {
  const mixed = values.slice();
  const uniform = uniformGenerator(seed);
  for (let last = mixed.length - 1; last > 0; last -= 1) {
    const other = Math.floor(uniform() * (last + 1));
    const kept = int32At(mixed, last);
    mixed[last] = int32At(mixed, other);
    mixed[other] = kept;
  }
  return mixed;
}
