/** What a running model knows of positions: rotation, what a token may see, and how far away it is. */
import type { ForwardPass, RotaryPositions } from '../../core/model/transformer';
import type { TensorData } from '../onnx/tensors';

/** Cosines and sines `[tokens, width / 2]` of the angles at positions from 0. */
export function rotaryTables(
  { frequencies, amplitude }: RotaryPositions,
  tokens: number,
): { readonly cosines: TensorData; readonly sines: TensorData } {
  const shape = [tokens, frequencies.length];
  const cosines = new Float32Array(tokens * frequencies.length);
  const sines = new Float32Array(tokens * frequencies.length);
  for (let position = 0; position < tokens; position += 1) {
    frequencies.forEach((frequency, j) => {
      const angle = position * frequency;
      cosines[position * frequencies.length + j] = amplitude * Math.cos(angle);
      sines[position * frequencies.length + j] = amplitude * Math.sin(angle);
    });
  }
  return { cosines: { data: cosines, shape }, sines: { data: sines, shape } };
}

/**
 * What is added to scores, `[kv, g, tokens, tokens]` (query, then key) or `[1, 1, tokens, tokens]` where all heads have the
 * same: minus infinity for what a query may not see, minus slope times distance with ALiBi.
 */
export function scoreBias(
  { causal, alibiSlopes, windows }: ForwardPass,
  layer: number,
  kvHeads: number,
  tokens: number,
): TensorData {
  const window = windows[layer] ?? Infinity;
  const slopes = alibiSlopes ?? [0];
  const data = new Float32Array(slopes.length * tokens * tokens);
  let at = 0;
  for (const slope of slopes) {
    for (let query = 0; query < tokens; query += 1) {
      for (let key = 0; key < tokens; key += 1) {
        const distance = query - key;
        const isHidden = causal && (distance < 0 || distance >= window);
        data[at] = isHidden ? -Infinity : -slope * Math.abs(distance);
        at += 1;
      }
    }
  }
  return {
    data,
    shape:
      alibiSlopes === null
        ? [1, 1, tokens, tokens]
        : [kvHeads, slopes.length / kvHeads, tokens, tokens],
  };
}
