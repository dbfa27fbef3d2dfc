import { assignRows, UNASSIGNED } from '../../core/analysis/assignment';
import { isMutual, matchRows, meanNearest, type RowMatches } from '../../core/analysis/rowMatches';
import type { RowMeasure } from '../../core/analysis/rowMeasure';
import { checkCancelled } from '../../core/errors';
import { matrixRows, rowOfMatrix } from '../../core/model/componentSet';
import { formatRowId } from '../../core/model/componentId';
import { float32At, int32At } from '../../core/tensor/elements';
import type { Matrix } from '../../core/tensor/matrix';
import { pause } from '../../io/pause';
import type { AlignRowsParams, AlignRowsResult, RowMatch, RowPair } from '../../protocol/alignment';
import type { RowReading } from '../../protocol/reading';
import type { WorkContext } from '../context';
import type { OpenModel } from '../model/openModel';
import { readComponents } from '../reading/readComponents';
import { requireChoice } from '../requireChoice';
import { requirePage } from '../requirePage';
import type { MatchedLayers } from './alignmentStore';
import { ALIGNMENT_GROUPS, readLayer } from './alignLayers';
import { Comparison } from './comparison';

/** Correlations that are held for an assignment: 256 MB. Layers beyond have nearest rows alone. */
const MAX_KEPT_NUMBERS = 2 ** 26;
/** How often the search for an assignment lets others in. */
const MS_BETWEEN_PAUSES = 50;
const SORTS: readonly AlignRowsParams['sort'][] = ['rho', 'row'];

/** Runs the assignment, letting other requests in; at most so long between two looks at cancel as one row takes. */
async function assign(rho: Matrix, context: WorkContext): Promise<Int32Array> {
  const work = assignRows(rho);
  let step = work.next();
  let paused = performance.now();
  while (step.done !== true) {
    if (performance.now() - paused > MS_BETWEEN_PAUSES) {
      checkCancelled(context.cancellation);
      context.onProgress({ ...step.value, unit: 'assigned rows' });
      await pause();
      paused = performance.now();
    }
    step = work.next();
  }
  return step.value;
}

async function matched(
  comparison: Comparison,
  { group, layerA, layerB }: AlignRowsParams,
  measure: RowMeasure,
  keep: boolean,
  context: WorkContext,
): Promise<RowMatches> {
  const { a, b } = comparison;
  const left = await measure.left(await readLayer(a, group, layerA));
  const right = await measure.right(await readLayer(b, group, layerB));
  return matchRows(left, right, keep, a.backend(), context);
}

async function matchLayers(
  comparison: Comparison,
  params: AlignRowsParams,
  context: WorkContext,
): Promise<MatchedLayers> {
  const { group, layerA, layerB } = params;
  const { a, b } = comparison;
  const rowsA = matrixRows(a.ready().transformer, { kind: group, layer: layerA }).count;
  const rowsB = matrixRows(b.ready().transformer, { kind: group, layer: layerB }).count;
  const keep = rowsA * rowsB <= MAX_KEPT_NUMBERS;
  const embedding = await comparison.measure(group, 'embedding', context);
  const { ofA, ofB, rho } = await matched(comparison, params, embedding, keep, context);
  const shuffledMeasure = await comparison.measure(group, 'shuffled', context);
  const control = await matched(comparison, params, shuffledMeasure, false, context);
  const columns = rho === null ? null : await assign(rho, context);
  const assigned =
    columns === null || rho === null
      ? null
      : {
          index: columns,
          rho: Float32Array.from(columns, (column, row) =>
            column === UNASSIGNED ? 0 : float32At(rho.data, row * rho.cols + column),
          ),
        };
  return { ofA, ofB, assigned, control: meanNearest(control.ofA) };
}

/** Rows of A in the order asked for. */
function listedRows({ ofA, ofB }: MatchedLayers, { sort, mutualOnly }: AlignRowsParams): number[] {
  const rows = [...ofA.index.keys()].filter((row) => !mutualOnly || isMutual({ ofA, ofB }, row));
  const size = (row: number): number => Math.abs(float32At(ofA.rho, row));
  return sort === 'row' ? rows : rows.sort((x, y) => size(y) - size(x) || x - y);
}

/** Ids of rows of a layer's table. */
function namesIn(
  model: OpenModel,
  { group }: AlignRowsParams,
  layer: number,
): (row: number) => string {
  const { transformer } = model.ready();
  return (row) => formatRowId(rowOfMatrix(transformer, { kind: group, layer }, row));
}

/** Readings of some rows by id, each once. */
export async function readingsOf(
  model: OpenModel,
  components: readonly string[],
  options: AlignRowsParams['options'],
  context: WorkContext,
): Promise<ReadonlyMap<string, RowReading>> {
  const once = [...new Set(components)];
  const readings = await readComponents(model, once, options, true, context);
  return new Map(readings.map((reading) => [reading.component, reading]));
}

function readingIn(readings: ReadonlyMap<string, RowReading>, component: string): RowReading {
  const reading = readings.get(component);
  if (reading === undefined) {
    throw new RangeError(`${component} was not read.`);
  }
  return reading;
}

async function pairsOf(
  { a, b }: Comparison,
  found: MatchedLayers,
  rows: readonly number[],
  params: AlignRowsParams,
  context: WorkContext,
): Promise<RowPair[]> {
  const [nameA, nameB] = [namesIn(a, params, params.layerA), namesIn(b, params, params.layerB)];
  const match = (nearest: MatchedLayers['ofA'] | null, row: number): RowMatch | null => {
    const other = nearest === null ? UNASSIGNED : int32At(nearest.index, row);
    return nearest === null || other === UNASSIGNED
      ? null
      : { component: nameB(other), rho: float32At(nearest.rho, row) };
  };
  const pairs = rows.map((row) => ({
    component: nameA(row),
    nearest: match(found.ofA, row),
    mutual: isMutual(found, row),
    assigned: match(found.assigned, row),
  }));
  const names = pairs.map(({ component }) => component);
  const readA = await readingsOf(a, names, params.options, context);
  const others = pairs.flatMap(({ nearest, assigned }) => [nearest, assigned]);
  const namesB = others.flatMap((other) => other?.component ?? []);
  const readB = await readingsOf(b, namesB, params.options, context);
  return pairs.map((pair) => {
    const { nearest, assigned } = pair;
    const isOther = assigned !== null && assigned.component !== nearest?.component;
    return {
      ...pair,
      reading: readingIn(readA, pair.component),
      nearestReading: nearest === null ? null : readingIn(readB, nearest.component),
      assignedReading: isOther ? readingIn(readB, assigned.component) : null,
    };
  });
}

function meanAssigned({ assigned }: MatchedLayers): number | null {
  return assigned === null ? null : meanNearest(assigned);
}

/**
 * Rows of a layer of A beside their like in a layer of B: the nearest of each, whether the two are each other's nearest,
 * and the one-to-one assignment with the largest sum of |rho|. Computed once for a pair of layers, answered by range.
 * @throws VocabScopeError `incomparable`, `missingTokenizer`, `unknownComponent`, `usage`, `limit`; CancelledError
 */
export async function alignRows(
  a: OpenModel,
  b: OpenModel,
  params: AlignRowsParams,
  context: WorkContext,
): Promise<AlignRowsResult> {
  const { group, layerA, layerB, excludeUndertrained, start, count } = params;
  requirePage(count);
  requireChoice('The group', group, ALIGNMENT_GROUPS);
  requireChoice('The sort', params.sort, SORTS);
  const rowsA = matrixRows(a.ready().transformer, { kind: group, layer: layerA }).count;
  const rowsB = matrixRows(b.ready().transformer, { kind: group, layer: layerB }).count;
  const comparison = await Comparison.of(a, b, excludeUndertrained, context);
  const key = JSON.stringify([group, layerA, layerB, excludeUndertrained]);
  const found = await a.alignments
    .with(b)
    .layers.get(key, context, (shared) => matchLayers(comparison, params, shared));
  const listed = listedRows(found, params);
  const page = listed.slice(start, start + count);
  let mutual = 0;
  for (let row = 0; row < rowsA; row += 1) {
    mutual += isMutual(found, row) ? 1 : 0;
  }
  return {
    rows: await pairsOf(comparison, found, page, params, context),
    total: listed.length,
    rowsA,
    rowsB,
    mutual,
    meanNearest: meanNearest(found.ofA),
    meanAssigned: meanAssigned(found),
    control: found.control,
  };
}
