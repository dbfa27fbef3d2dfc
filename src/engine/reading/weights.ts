import { VocabScopeError } from '../../core/errors';
import { parseComponentPattern } from '../../core/model/componentId';
import { expandComponents } from '../../core/model/componentSet';
import type { Weights, WeightsParams } from '../../protocol/rowDetails';
import type { OpenModel } from '../model/openModel';
import { gatherRows } from './parameterRows';

/** Weights of one answer: wider than any row that is known. */
const MAX_WEIGHTS = 65_536;

/** A row's weights as they are stored. @throws VocabScopeError `unknownComponent`, `limit` */
export async function readWeights(
  model: OpenModel,
  { component, start, count }: WeightsParams,
): Promise<Weights> {
  if (count > MAX_WEIGHTS) {
    throw new VocabScopeError('limit', `Ask for at most ${String(MAX_WEIGHTS)} weights at once.`);
  }
  const { transformer, checkpoint } = model.ready();
  const [row] = expandComponents(transformer, parseComponentPattern(component));
  if (row === undefined) {
    throw new VocabScopeError('unknownComponent', `"${component}" names no row.`);
  }
  const { data } = await gatherRows(transformer, checkpoint, [{ ref: row.ref, rowFold: null }]);
  const finite = data.filter(Number.isFinite);
  const found = finite.length > 0;
  return {
    component,
    start,
    values: Array.from(data.subarray(start, start + count), (value) =>
      Number.isFinite(value) ? value : null,
    ),
    total: data.length,
    lowest: found ? finite.reduce((least, value) => Math.min(least, value), Infinity) : null,
    highest: found ? finite.reduce((most, value) => Math.max(most, value), -Infinity) : null,
    norm: Math.sqrt(finite.reduce((sum, value) => sum + value * value, 0)),
    nonFinite: data.length - finite.length,
  };
}
