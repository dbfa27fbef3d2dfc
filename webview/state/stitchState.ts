/** How the page of stitched models is left: what of it the panel remembers. */
import type { ExampleFilter } from '../../src/protocol/stitch';
import { index, isObject } from './storedValues';

/** Comparisons that are measured when they are asked for, in a sweep of their own. */
export const STITCH_ASKED = ['trainedTokens', 'translated'] as const;
export type StitchAsked = (typeof STITCH_ASKED)[number];

/** What the curves of stitched models are drawn beside. */
export const STITCH_COMPARISONS = [
  ...(['none', 'calibrated', ...STITCH_ASKED, 'headAlone', 'control'] as const),
] as const;
export type StitchComparison = (typeof STITCH_COMPARISONS)[number];

/** Curves whose points are models of their own, with examples, and can be exported. */
export const STITCH_VARIANTS = ['plain', 'calibrated', ...STITCH_ASKED] as const;
export type StitchVariant = (typeof STITCH_VARIANTS)[number];

/** A point of a curve that was chosen. */
export interface StitchedChoice {
  /** The path of the base. */
  readonly other: string;
  readonly variant: StitchVariant;
  readonly transplant: number;
  readonly keep: number;
}

export const EXAMPLE_FILTERS: readonly ExampleFilter[] = ['all', 'wrong', 'right'];

/** How stitched models are looked at, kept from one pair to the next. */
export interface StitchState {
  readonly beside: StitchComparison;
  readonly withoutFinalNorm: boolean;
  readonly chosen: StitchedChoice | null;
  readonly show: ExampleFilter;
}

export const DEFAULT_STITCH: StitchState = {
  beside: 'none',
  withoutFinalNorm: false,
  chosen: null,
  show: 'all',
};

function readChoice(value: unknown): StitchedChoice | null {
  if (!isObject(value)) return null;
  const { other, variant: named, transplant, keep } = value;
  const variant = STITCH_VARIANTS.find((name) => name === named);
  return variant === undefined || typeof other !== 'string'
    ? null
    : { other, variant, transplant: index(transplant), keep: index(keep) };
}

/** What was stored, as far as it can be understood. */
export function readStitch(value: unknown): StitchState {
  if (!isObject(value)) return DEFAULT_STITCH;
  const { beside, withoutFinalNorm, chosen, show } = value;
  return {
    beside: STITCH_COMPARISONS.find((name) => name === beside) ?? DEFAULT_STITCH.beside,
    withoutFinalNorm: withoutFinalNorm === true,
    chosen: readChoice(chosen),
    show: EXAMPLE_FILTERS.find((name) => name === show) ?? DEFAULT_STITCH.show,
  };
}
