/** The scale of maps: which step of the ramp a value takes, and round ends that change rarely. */

/** Steps of the colour ramp, from the background to the full colour. */
export const RAMP_STEPS = 9;

const SHARE_ENDS = [0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1];
const ROUND_ENDS = [1, 2, 5, 10];

/** The end of a scale of shares. */
export function shareEnd(highest: number): number {
  return SHARE_ENDS.find((end) => highest <= end) ?? 1;
}

/** A round number at or above the highest value. */
export function roundEnd(highest: number): number {
  if (!(highest > 0) || !Number.isFinite(highest)) return 1;
  const unit = 10 ** Math.floor(Math.log10(highest));
  return (ROUND_ENDS.find((end) => highest <= end * unit) ?? 10) * unit;
}

/** Step of the ramp, 0 to 8, on a scale from 0 to `maximum`; null where there is no finite value. */
export function rampStep(value: number | null, maximum: number): number | null {
  if (value === null || !Number.isFinite(value)) return null;
  const share = Math.max(0, value) / maximum;
  return Math.min(RAMP_STEPS - 1, Math.round(share * (RAMP_STEPS - 1)));
}
