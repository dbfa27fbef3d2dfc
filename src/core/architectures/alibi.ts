const STRONGEST_POWER = 8;

function powers(heads: number): number[] {
  return Array.from({ length: heads }, (_, head) => 2 ** ((-STRONGEST_POWER * (head + 1)) / heads));
}

/**
 * Slopes `[heads]` of attention with linear biases: what a key's distance is multiplied by and taken from its score.
 * Powers of 2^(-8 / n); where n is no power of two, those of the power below it, then every other one of twice as many
 * heads (Press, Smith and Lewis, "Train Short, Test Long", 2022).
 */
export function alibiSlopes(heads: number): readonly number[] {
  const below = 2 ** Math.floor(Math.log2(heads));
  const between = powers(2 * below).filter((_, index) => index % 2 === 0);
  return [...powers(below), ...between].slice(0, heads);
}
