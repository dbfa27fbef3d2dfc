import { addRows, subtractRows } from '../../core/analysis/rowChange';
import { checkCancelled } from '../../core/errors';
import type { RowKind } from '../../core/model/componentId';
import { matrixRows, rowInLayer } from '../../core/model/componentSet';
import { removeCommonPart } from '../../core/projection/direction';
import { dotWithRow, norm } from '../../core/projection/dots';
import type { ReadingOptions } from '../../core/projection/options';
import type { PreparedSpace, PreparedStatistics } from '../../core/projection/space';
import { float32At } from '../../core/tensor/elements';
import type { Matrix } from '../../core/tensor/matrix';
import type {
  DiffLayersParams,
  LayerPart,
  LayerPush,
  PushedToken,
} from '../../protocol/displacement';
import type { ScoredToken } from '../../protocol/reading';
import type { WorkContext } from '../context';
import type { OpenModel } from '../model/openModel';
import { readTableRows } from '../reading/parameterRows';
import { readPlanned } from '../reading/readComponents';
import { scoredTokens } from '../reading/toProtocol';
import type { Displacement } from './displacement';
import { planChanges, requireDiffOptions } from './readChanges';

/** Rows that are added up, and those whose answer to the average token weighs them. */
interface PartRule {
  readonly part: LayerPart;
  readonly rows: RowKind;
  readonly weights?: RowKind;
}

function partRules(gated: boolean): readonly PartRule[] {
  return [
    { part: 'FF.K', rows: 'FF.K' },
    { part: 'FF.V', rows: 'FF.V', ...(gated ? { weights: 'FF.Up' as const } : {}) },
    { part: 'VO', rows: 'O', weights: 'V' },
    { part: 'QK', rows: 'K', weights: 'Q' },
  ];
}

function wholeTable(model: OpenModel, kind: RowKind, layer: number): Promise<Matrix> {
  const { transformer, checkpoint } = model.ready();
  const { count } = matrixRows(transformer, { kind, layer });
  return readTableRows(transformer, checkpoint, { kind, layer }, 0, count);
}

/** Which row of each of two tables belong together: of one neuron, or of one place in one query head. */
function pairedRows(
  model: OpenModel,
  { rows, weights }: PartRule,
  layer: number,
): [number, number][] {
  const { transformer } = model.ready();
  const { nHeads, dHead, dFf } = transformer.shape;
  if (weights === 'FF.Up') {
    return Array.from({ length: dFf }, (_, row) => [row, row]);
  }
  const place = (kind: RowKind, head: number, row: number): number =>
    rowInLayer(transformer, { kind, layer, head, row });
  return Array.from({ length: nHeads * dHead }, (_, i) => {
    const [head, row] = [Math.floor(i / dHead), i % dHead];
    return [place(rows, head, row), place(weights ?? rows, head, row)];
  });
}

/** Rows of a part, each times its partner's product with the average token, `[n, d]`. */
async function weighedRows(
  model: OpenModel,
  rule: PartRule,
  layer: number,
  average: Float64Array,
): Promise<Matrix> {
  const rows = await wholeTable(model, rule.rows, layer);
  if (rule.weights === undefined) {
    return rows;
  }
  const weights = await wholeTable(model, rule.weights, layer);
  const pairs = pairedRows(model, rule, layer);
  const data = new Float32Array(pairs.length * rows.cols);
  pairs.forEach(([row, partner], i) => {
    const weight = dotWithRow(average, weights, partner);
    for (let j = 0; j < rows.cols; j += 1) {
      data[i * rows.cols + j] = weight * float32At(rows.data, row * rows.cols + j);
    }
  });
  return { rows: pairs.length, cols: rows.cols, data };
}

/** What random signs of the rows would give a token, in standard deviations of its score. */
async function standardScores(
  tokens: readonly ScoredToken[],
  rows: Matrix,
  { matrix, statistics }: PreparedSpace,
): Promise<PushedToken[]> {
  const embeddings = await matrix.rowsById(tokens.map(({ id }) => id));
  return tokens.map((token, i) => {
    const spread = scoreSpread(rows, apartRow(embeddings, i, statistics));
    return { ...token, z: spread > 0 ? token.score / spread : null };
  });
}

/** A token's row less the mean, without the common directions, `[d]`. */
function apartRow(
  { cols, data }: Matrix,
  row: number,
  statistics: PreparedStatistics,
): Float64Array {
  const apart = Float64Array.from(
    data.subarray(row * cols, (row + 1) * cols),
    (value, j) => value - (statistics.mean[j] ?? 0),
  );
  removeCommonPart(apart, statistics);
  return apart;
}

/** The root of the sum of the squares of some rows' scores. */
function scoreSpread(rows: Matrix, token: Float64Array): number {
  let sum = 0;
  for (let row = 0; row < rows.rows; row += 1) {
    sum += dotWithRow(token, rows, row) ** 2;
  }
  return Math.sqrt(sum);
}

/** The sum of some rows, `[1, d]`. */
function sumOf(rows: Matrix): Matrix {
  const sum = new Float64Array(rows.cols);
  addRows(rows, sum);
  return { rows: 1, cols: rows.cols, data: Float32Array.from(sum) };
}

async function readPush(
  { base, tuned, tables }: Displacement,
  rule: PartRule,
  layer: number,
  options: ReadingOptions,
  context: WorkContext,
): Promise<LayerPush | undefined> {
  const { spaces } = base.ready();
  const { statistics } = await spaces.prepare('input', 'none', context);
  const changed = subtractRows(
    await weighedRows(tuned, rule, layer, statistics.mean),
    await weighedRows(base, rule, layer, statistics.mean),
  );
  const table = tables.find(({ ref }) => ref.layer === layer && ref.kind === rule.rows);
  const total = sumOf(changed);
  const size = norm(new Float64Array(total.data));
  if (table === undefined || size === 0) {
    return undefined;
  }
  const plan = await planChanges(base, table, { ...options, withoutCommon: true }, true, context);
  const { space: read } = plan.treatment;
  const facts = { layer, part: rule.part, space: read, rows: changed.rows, norm: size };
  if (!Number.isFinite(size)) {
    return { ...facts, plus: [], minus: [] };
  }
  const space = await spaces.prepare(read, 'none', context);
  const [result] = await readPlanned(base, total, plan, options.k, context);
  const views = await base.views(context);
  const pushed = (side: 'top' | 'bottom'): Promise<PushedToken[]> =>
    standardScores(scoredTokens(result?.[side] ?? [], views), changed, space);
  return { ...facts, plus: await pushed('top'), minus: await pushed('bottom') };
}

/**
 * The tokens that the changes of a layer push up and down most. Rows cannot simply be added up: the sign of a head's
 * column is a convention (turning the sign of a column of W_V and of its row of W_O changes nothing), and so is that of
 * the value of a gated neuron. What is summed has no such freedom:
 * - `FF.K`: the changes of the keys of all neurons, read with W_E: what they all came to answer to.
 * - `FF.V`: the changes of the values of all neurons, read with W_U; in a gated layer each value first times what its up
 *   row answers to the average token, `(up . m) v`, before the base's is taken away.
 * - `VO`: the same of heads, `(v . m) o`: the change of what the head writes for the average source token, the mean over all
 *   source tokens of the change of its pairs.
 * - `QK`: `(q . m) k`, read with W_E: the change of what the average query attends to (at distance 0 where positions rotate).
 *
 * `m` is the mean row of the base's W_E over the tokens that take part in statistics. Scores are those without the mean
 * and the common directions, which every sum would otherwise be full of. Beside each score stands how far it lies beyond
 * what the same rows give with random signs, `score / sqrt(sum of the squares of the rows' scores)`. A list holds the largest
 * of V such numbers, and chance alone brings one to about `sqrt(2 ln V)`: 4.2 for 8,192 tokens. A part whose sum is NaN
 * or infinite pushes no tokens; its norm says so.
 * @throws VocabScopeError `usage`; CancelledError
 */
export async function layerPushes(
  displacement: Displacement,
  { layers, options }: DiffLayersParams,
  context: WorkContext,
): Promise<LayerPush[]> {
  requireDiffOptions(options);
  const { shape } = displacement.tuned.ready().transformer;
  const isChanged = (layer: number, { rows, weights }: PartRule): boolean =>
    displacement.changedTables.some(
      ({ ref }) => ref.layer === layer && (ref.kind === rows || ref.kind === weights),
    );
  const asked = layers ?? Array.from({ length: shape.nLayers }, (_, layer) => layer);
  const work = asked.flatMap((layer) =>
    partRules(shape.gated)
      .filter((rule) => isChanged(layer, rule))
      .map((rule) => ({ layer, rule })),
  );
  const found: LayerPush[] = [];
  for (const [done, { layer, rule }] of work.entries()) {
    checkCancelled(context.cancellation);
    const push = await readPush(displacement, rule, layer, options, context);
    found.push(...(push === undefined ? [] : [push]));
    context.onProgress({ done: done + 1, total: work.length, unit: 'parts of layers' });
  }
  return found;
}
