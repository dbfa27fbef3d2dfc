/** Two models layer by layer: what the cells of the maps say, on which scale, and what it comes to. */
import type {
  AlignmentGroup,
  AlignmentMeasure,
  AlignmentSpace,
  AlignResult,
  LayerMatrix,
  SharedVocabulary,
} from '../../src/protocol/alignment';
import { t } from '../l10n';
import { rampStep, shareEnd } from './mapScale';
import { formatCount, formatDecimal, formatRatio, formatShare } from './numbers';

const SPACES: readonly AlignmentSpace[] = ['embedding', 'feature', 'shuffled'];
const OFFSET_DIGITS = 2;

/** Spaces that were compared, in the order in which they stand beside each other. */
export function spacesIn({ groups }: AlignResult): readonly AlignmentSpace[] {
  return SPACES.filter((space) => groups.some(({ spaces }) => spaces[space] !== undefined));
}

/** What a space is called. */
export function spaceTitle(space: AlignmentSpace): string {
  const titles: Readonly<Record<AlignmentSpace, string>> = {
    embedding: t('Embedding'),
    feature: t('Feature'),
    shuffled: t('Control'),
  };
  return titles[space];
}

/** What a measure is called. */
export function measureTitle(measure: AlignmentMeasure): string {
  return measure === 'best' ? t('Best |ρ| of each row') : t('Mean |ρ| of all pairs');
}

/** A layer of A beside a layer of B. */
export interface LayerCell {
  readonly layerA: number;
  readonly layerB: number;
  readonly value: number;
  /** Step of the ramp; null where the value is not finite. */
  readonly step: number | null;
  /** Whether the assignment pairs the two. */
  readonly assigned: boolean;
}

export interface LayerMap {
  readonly space: AlignmentSpace;
  readonly found: LayerMatrix;
  /** `[layers of A][layers of B]` */
  readonly rows: readonly (readonly LayerCell[])[];
}

export interface AlignmentMaps {
  readonly groups: readonly {
    readonly group: AlignmentGroup;
    readonly maps: readonly LayerMap[];
  }[];
  /** The value of the highest step: one scale for all maps. */
  readonly maximumText: string;
}

function matricesOf(result: AlignResult, measure: AlignmentMeasure): readonly LayerMatrix[] {
  return result.groups.flatMap(({ spaces }) =>
    SPACES.flatMap((space) => spaces[space]?.[measure] ?? []),
  );
}

function layerMap(space: AlignmentSpace, found: LayerMatrix, maximum: number): LayerMap {
  const { rows, assignment } = found;
  return {
    space,
    found,
    rows: found.matrix.map((values, layerA) => {
      const partner = assignment[rows.indexOf(layerA)];
      return values.map((value, layerB) => ({
        ...{ layerA, layerB, value, step: rampStep(value, maximum) },
        assigned: rows.includes(layerA) && layerB === partner,
      }));
    }),
  };
}

/** The maps of a measure, group by group. */
export function alignmentMaps(result: AlignResult, measure: AlignmentMeasure): AlignmentMaps {
  const highest = matricesOf(result, measure)
    .flatMap(({ matrix }) => matrix.flat())
    .reduce((most, value) => Math.max(most, value), 0);
  const maximum = shareEnd(highest);
  return {
    groups: result.groups.map(({ group, spaces }) => ({
      group,
      maps: SPACES.flatMap((space) => {
        const found = spaces[space]?.[measure];
        return found === undefined ? [] : [layerMap(space, found, maximum)];
      }),
    })),
    maximumText: formatDecimal(maximum, 2),
  };
}

/** `6 of 6`: layers of equal number that belong together, of one group. */
export function matchedText({ matched, rows }: LayerMatrix): string {
  return t('{0} of {1}', formatCount(matched), formatCount(rows.length));
}

function totalIn(
  { groups }: AlignResult,
  space: AlignmentSpace,
  measure: AlignmentMeasure,
): { matched: number; pairs: number; offset: number } {
  const found = groups.flatMap(({ spaces }) => spaces[space]?.[measure] ?? []);
  const sum = (value: (each: LayerMatrix) => number): number =>
    found.reduce((total, each) => total + value(each), 0);
  const pairs = sum(({ rows }) => rows.length);
  return {
    matched: sum(({ matched }) => matched),
    pairs,
    offset: sum(({ meanAbsOffset, rows }) => meanAbsOffset * rows.length) / Math.max(1, pairs),
  };
}

/** What it comes to: `Embedding 36 of 36 layers matched, mean offset 0.00; Feature 4; Control 5.` */
export function verdictOf(result: AlignResult, measure: AlignmentMeasure): string {
  const parts = spacesIn(result).map((space) => {
    const { matched, pairs, offset } = totalIn(result, space, measure);
    return space === 'embedding'
      ? t(
          '{0}: {1} of {2} layers matched, mean offset {3}',
          spaceTitle(space),
          formatCount(matched),
          formatCount(pairs),
          offset === 0 ? '0' : formatDecimal(offset, OFFSET_DIGITS),
        )
      : t('{0}: {1}', spaceTitle(space), formatCount(matched));
  });
  return `${parts.join('; ')}.`;
}

/** By how many tokens the models are compared, and what share of each vocabulary these are. */
export function vocabularySentence(
  { shared, shareA, shareB, used, undertrained }: SharedVocabulary,
  nameA: string,
  nameB: string,
): string {
  const found = t(
    '{0} shared tokens: {1} of {2}, {3} of {4}.',
    formatCount(shared),
    formatShare(shareA),
    nameA,
    formatShare(shareB),
    nameB,
  );
  const left =
    undertrained === 0
      ? ''
      : ` ${t('{0} under-trained ones left out, compared by {1}.', formatCount(undertrained), formatCount(used))}`;
  return found + left;
}

/** A cell in words: `L3 of A, L4 of B: 0.412, assigned`. */
export function cellText({ layerA, layerB, value, assigned }: LayerCell): string {
  return assigned
    ? t('L{0} of A, L{1} of B: {2}, assigned', layerA, layerB, formatRatio(value))
    : t('L{0} of A, L{1} of B: {2}', layerA, layerB, formatRatio(value));
}
