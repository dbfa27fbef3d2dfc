import { compareLayers, type LayerSimilarity } from '../../core/analysis/compareLayers';
import { assignLayers } from '../../core/analysis/layerAssignment';
import type { RowMeasure, StandardRows } from '../../core/analysis/rowMeasure';
import { checkCancelled, VocabScopeError } from '../../core/errors';
import { listMatrices, matrixRows } from '../../core/model/componentSet';
import type {
  AlignmentGroup,
  AlignmentMeasure,
  AlignmentSpace,
  AlignParams,
  AlignResult,
  GroupAlignment,
  LayerMatrix,
} from '../../protocol/alignment';
import type { WorkContext } from '../context';
import type { OpenModel } from '../model/openModel';
import { readTableRows } from '../reading/parameterRows';
import { Comparison, featureRefusal } from './comparison';

/** Groups in the order in which they are shown. */
export const ALIGNMENT_GROUPS: readonly AlignmentGroup[] = [
  ...(['FF.K', 'FF.Up', 'FF.V'] as const),
  ...(['Q', 'K', 'V', 'O'] as const),
];

/** Numbers of B's layers that are held while those of A pass by: 128 MB. Beyond it they are read again. */
const MAX_HELD_NUMBERS = 2 ** 25;

/** What took no part: rows that are zero, constant over the tokens or not finite, and tokens with a row that is not finite. */
interface LeftOut {
  readonly rowsA: number;
  readonly rowsB: number;
  readonly tokens: number;
}

interface Similarities extends Readonly<Record<AlignmentMeasure, readonly (readonly number[])[]>> {
  readonly leftOut: LeftOut;
}

/** Layers of a model that have rows of a kind. */
export function layersOf(model: OpenModel, group: AlignmentGroup): readonly number[] {
  return listMatrices(model.ready().transformer).flatMap(({ ref }) =>
    ref.kind === group && ref.layer !== undefined ? [ref.layer] : [],
  );
}

function groupsOf(a: OpenModel, b: OpenModel, asked: AlignParams['groups']): AlignmentGroup[] {
  const has = (model: OpenModel, group: AlignmentGroup): boolean =>
    layersOf(model, group).length > 0;
  const groups = ALIGNMENT_GROUPS.filter((group) => has(a, group) && has(b, group));
  const missing = asked?.find((group) => !groups.includes(group));
  if (missing !== undefined) {
    const lacking = [a, b].find((model) => !has(model, missing)) ?? a;
    throw new VocabScopeError(
      'incomparable',
      `${lacking.summary.name} has no rows of kind ${missing}; both models have ${groups.join(', ')}.`,
    );
  }
  return groups.filter((group) => asked === undefined || asked.includes(group));
}

/** All rows of a layer's table. */
export function readLayer(
  model: OpenModel,
  kind: AlignmentGroup,
  layer: number,
): Promise<StandardRows['matrix']> {
  const { transformer, checkpoint } = model.ready();
  const { count } = matrixRows(transformer, { kind, layer });
  return readTableRows(transformer, checkpoint, { kind, layer }, 0, count);
}

/** Standard rows of B's layers, held as far as memory allows. */
class RightLayers {
  private readonly held = new Map<number, StandardRows>();
  private numbers = 0;

  constructor(
    private readonly model: OpenModel,
    private readonly group: AlignmentGroup,
    private readonly measure: RowMeasure,
  ) {}

  async layer(index: number): Promise<StandardRows> {
    const known = this.held.get(index);
    if (known !== undefined) {
      return known;
    }
    const made = await this.measure.right(await readLayer(this.model, this.group, index));
    if (this.numbers + made.matrix.data.length <= MAX_HELD_NUMBERS) {
      this.numbers += made.matrix.data.length;
      this.held.set(index, made);
    }
    return made;
  }
}

async function compareGroup(
  comparison: Comparison,
  group: AlignmentGroup,
  measure: RowMeasure,
  context: WorkContext,
  onPair: () => void,
): Promise<Omit<Similarities, 'leftOut'> & Omit<LeftOut, 'tokens'>> {
  const { a, b } = comparison;
  const right = new RightLayers(b, group, measure);
  const found: LayerSimilarity[][] = [];
  let rowsA = 0;
  let rowsB = 0;
  for (const layerA of layersOf(a, group)) {
    checkCancelled(context.cancellation);
    const left = await measure.left(await readLayer(a, group, layerA));
    const row: LayerSimilarity[] = [];
    rowsA += left.silent;
    rowsB = 0;
    for (const layerB of layersOf(b, group)) {
      const other = await right.layer(layerB);
      rowsB += other.silent;
      row.push(await compareLayers(left, other, a.backend(), context));
      onPair();
    }
    found.push(row);
  }
  return {
    ...{ rowsA, rowsB },
    best: found.map((row) => row.map(({ best }) => best)),
    mean: found.map((row) => row.map(({ mean }) => mean)),
  };
}

function isSimilarities(value: unknown): value is Similarities {
  const { best, mean, leftOut } = (value ?? {}) as Partial<Similarities>;
  return Array.isArray(best) && Array.isArray(mean) && typeof leftOut?.tokens === 'number';
}

async function restoreOrCompare(
  comparison: Comparison,
  group: AlignmentGroup,
  space: AlignmentSpace,
  { excludeUndertrained }: AlignParams,
  context: WorkContext,
  onPair: () => void,
): Promise<Similarities> {
  const { a, b } = comparison;
  const key = {
    ...{ what: 'alignment', a: a.identity, b: b.identity, group, space },
    excludeUndertrained: space !== 'feature' && excludeUndertrained,
  };
  const stored = await a.cache?.get(key, isSimilarities);
  if (stored !== undefined) {
    return stored;
  }
  const measure = await comparison.measure(group, space, context);
  const tokens = space === 'feature' ? 0 : await comparison.nonFiniteTokens(group, space, context);
  const { rowsA, rowsB, ...similar } = await compareGroup(
    comparison,
    group,
    measure,
    context,
    onPair,
  );
  const made = { ...similar, leftOut: { rowsA, rowsB, tokens } };
  await a.cache?.put(key, made);
  return made;
}

function assigned(matrix: readonly (readonly number[])[]): LayerMatrix {
  return { matrix, ...assignLayers(matrix) };
}

/** Pairs of layers that are to be compared. */
function pairsIn(
  comparison: Comparison,
  groups: readonly AlignmentGroup[],
  spaces: number,
): number {
  const { a, b } = comparison;
  return groups.reduce(
    (sum, group) => sum + spaces * layersOf(a, group).length * layersOf(b, group).length,
    0,
  );
}

function isSameModel(a: OpenModel, b: OpenModel): boolean {
  return JSON.stringify(a.files) === JSON.stringify(b.files);
}

function outputWarnings(models: readonly OpenModel[]): string[] {
  return models.flatMap(({ summary }) =>
    summary.shape?.tied === null
      ? [`${summary.name} stores no output embedding: its FF.V and O rows are read with W_E.`]
      : [],
  );
}

function most(known: LeftOut | undefined, found: LeftOut): LeftOut {
  return {
    rowsA: Math.max(known?.rowsA ?? 0, found.rowsA),
    rowsB: Math.max(known?.rowsB ?? 0, found.rowsB),
    tokens: Math.max(known?.tokens ?? 0, found.tokens),
  };
}

/** Says what took no part, of the space that shows most of it. */
function leftOutWarnings(
  models: readonly OpenModel[],
  found: ReadonlyMap<AlignmentGroup, LeftOut>,
): string[] {
  const rows = models.flatMap(({ summary }, side) => {
    const counts = [...found].flatMap(([group, { rowsA, rowsB }]) => {
      const count = side === 0 ? rowsA : rowsB;
      return count === 0 ? [] : [`${group} ${String(count)}`];
    });
    return counts.length === 0
      ? []
      : [
          `Rows of ${summary.name} that read nothing (zero, constant over the tokens, NaN or infinite) take no part: ${counts.join(', ')}.`,
        ];
  });
  const tokens = Math.max(0, ...[...found.values()].map((each) => each.tokens));
  return tokens === 0
    ? rows
    : [
        ...rows,
        `Shared tokens whose embedding holds NaN or infinite weights take no part: ${String(tokens)}.`,
      ];
}

/**
 * Compares every layer of A with every layer of B, group by group: by both measures at once, in each space that is
 * asked for and can be had, with the assignment of layers that follows (design section 4, "Alignment").
 * @throws VocabScopeError `missingTokenizer`, `incomparable`; CancelledError
 */
export async function alignLayers(
  a: OpenModel,
  b: OpenModel,
  params: AlignParams,
  context: WorkContext,
): Promise<AlignResult> {
  const groups = groupsOf(a, b, params.groups);
  const comparison = await Comparison.of(a, b, params.excludeUndertrained, context);
  const refusal = params.spaces.includes('feature') ? featureRefusal(a, b) : null;
  const spaces = params.spaces.filter((space) => space !== 'feature' || refusal === null);
  const total = pairsIn(comparison, groups, spaces.length);
  let done = 0;
  const onPair = (): void => {
    done += 1;
    context.onProgress({ done, total, unit: 'pairs of layers' });
  };
  const aligned: GroupAlignment[] = [];
  const leftOut = new Map<AlignmentGroup, LeftOut>();
  for (const group of groups) {
    const found: [AlignmentSpace, Record<AlignmentMeasure, LayerMatrix>][] = [];
    for (const space of spaces) {
      const made = await restoreOrCompare(comparison, group, space, params, context, onPair);
      if (space !== 'shuffled') {
        leftOut.set(group, most(leftOut.get(group), made.leftOut));
      }
      found.push([space, { best: assigned(made.best), mean: assigned(made.mean) }]);
    }
    aligned.push({ group, spaces: Object.fromEntries(found) });
  }
  const same = isSameModel(a, b)
    ? [`${a.summary.name} is compared with itself: every row finds itself.`]
    : [];
  return {
    vocabulary: comparison.tokens.vocabulary,
    groups: aligned,
    featureRefusal: refusal,
    warnings: [
      ...same,
      ...comparison.tokens.warnings,
      ...outputWarnings([a, b]),
      ...leftOutWarnings([a, b], leftOut),
    ],
  };
}
