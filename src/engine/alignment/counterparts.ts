import { asCorrelation, type StandardRows } from '../../core/analysis/rowMeasure';
import { checkCancelled, VocabScopeError } from '../../core/errors';
import { formatRowId, isGlobalKind, parseComponentPattern } from '../../core/model/componentId';
import { expandComponents, rowOfMatrix } from '../../core/model/componentSet';
import { float32At } from '../../core/tensor/elements';
import type {
  AlignmentGroup,
  CounterpartParams,
  CounterpartResult,
  RowMatch,
} from '../../protocol/alignment';
import type { RowReading } from '../../protocol/reading';
import type { WorkContext } from '../context';
import type { OpenModel } from '../model/openModel';
import { gatherRows } from '../reading/parameterRows';
import { layersOf, readLayer } from './alignLayers';
import { readingsOf } from './alignRows';
import { Comparison } from './comparison';

const MAX_COUNTERPARTS = 1000;

/** The rows of largest |rho| so far. */
class Best {
  private found: RowMatch[] = [];

  constructor(private readonly count: number) {}

  add(matches: readonly RowMatch[]): void {
    const all = [...this.found, ...matches];
    all.sort((x, y) => Math.abs(y.rho) - Math.abs(x.rho));
    this.found = all.slice(0, this.count);
  }

  get rows(): readonly RowMatch[] {
    return this.found;
  }
}

/** Correlations of one row with every row of a layer of B. */
async function layerMatches(
  left: StandardRows,
  right: StandardRows,
  { a, b }: Comparison,
  group: AlignmentGroup,
  layer: number,
): Promise<RowMatch[]> {
  const { data } = await a.backend().multiplyTransposed(left.matrix, right.matrix);
  const { transformer } = b.ready();
  return Array.from(data, (_, row) => ({
    component: formatRowId(rowOfMatrix(transformer, { kind: group, layer }, row)),
    rho: asCorrelation(float32At(data, row)),
  }));
}

function reading(readings: ReadonlyMap<string, RowReading>, component: string): RowReading {
  const found = readings.get(component);
  if (found === undefined) {
    throw new RangeError(`${component} was not read.`);
  }
  return found;
}

/**
 * Where a row of A is in B: the rows of its kind, in all layers of B, whose scores over the shared tokens correlate most
 * with its own, either way.
 * @throws VocabScopeError `incomparable`, `missingTokenizer`, `unknownComponent`, `limit`; CancelledError
 */
export async function counterparts(
  a: OpenModel,
  b: OpenModel,
  { component, count, excludeUndertrained, options }: CounterpartParams,
  context: WorkContext,
): Promise<CounterpartResult> {
  const { transformer, checkpoint } = a.ready();
  const [asked] = expandComponents(transformer, parseComponentPattern(component));
  if (count > MAX_COUNTERPARTS) {
    throw new VocabScopeError('limit', `Ask for at most ${String(MAX_COUNTERPARTS)} rows.`);
  }
  if (asked === undefined || isGlobalKind(asked.ref.kind)) {
    throw new VocabScopeError(
      'unknownComponent',
      `${component} stands in no layer: rows of FF and of heads have their like in another model.`,
    );
  }
  const group = asked.ref.kind;
  const layers = layersOf(b, group);
  if (layers.length === 0) {
    throw new VocabScopeError('incomparable', `${b.summary.name} has no rows of kind ${group}.`);
  }
  const comparison = await Comparison.of(a, b, excludeUndertrained, context);
  const measure = await comparison.measure(group, 'embedding', context);
  const chance = await comparison.measure(group, 'shuffled', context);
  const row = await gatherRows(transformer, checkpoint, [{ ref: asked.ref, rowFold: null }]);
  const left = await measure.left(row);
  if (left.silent > 0) {
    throw new VocabScopeError(
      'nonFinite',
      `The scores of ${component} are constant or not finite: no row is like it.`,
    );
  }
  const best = new Best(count);
  const shuffled = new Best(1);
  const leftOfChance = await chance.left(row);
  let total = 0;
  for (const [done, layer] of layers.entries()) {
    checkCancelled(context.cancellation);
    const rows = await readLayer(b, group, layer);
    const right = await measure.right(rows);
    best.add(await layerMatches(left, right, comparison, group, layer));
    const byChance = await chance.right(rows);
    shuffled.add(await layerMatches(leftOfChance, byChance, comparison, group, layer));
    total += right.matrix.rows;
    context.onProgress({ done: done + 1, total: layers.length, unit: 'layers' });
  }
  const own = await readingsOf(a, [component], options, context);
  const names = best.rows.map((match) => match.component);
  const readings = await readingsOf(b, names, options, context);
  return {
    reading: reading(own, component),
    rows: best.rows.map((match) => ({ ...match, reading: reading(readings, match.component) })),
    total,
    control: Math.abs(shuffled.rows[0]?.rho ?? 0),
  };
}
