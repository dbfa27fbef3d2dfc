import { VocabScopeError } from '../../core/errors';
import {
  formatRowId,
  isHeadKind,
  parseComponentPattern,
  type RowRef,
} from '../../core/model/componentId';
import { expandComponents, matrixRows } from '../../core/model/componentSet';
import { partnerOf } from '../../core/model/partner';
import { NO_FILTERS, type ReadingOptions, type TokenFilters } from '../../core/projection/options';
import { uniformGenerator } from '../../core/projection/seeded';
import type { PartnerParams, PartnerResult } from '../../protocol/relations';
import type { RowReading } from '../../protocol/reading';
import type { WorkContext } from '../context';
import type { OpenModel } from '../model/openModel';
import { readComponents } from '../reading/readComponents';

/** Tokens of largest |score| that are compared (design section 4). */
const COMPARED_TOKENS = 100;
/** Random pairs of the control. */
const CONTROL_PAIRS = 64;
const CONTROL_SEED = 20_230_703;

/** Under-trained tokens would head the list of most rows, and make any two of them alike. */
const COMPARED_FILTERS: TokenFilters = { ...NO_FILTERS, excludeUndertrained: true };

type IdSet = ReadonlySet<number>;

/** Shared ids over all ids; 0 where there are none. */
function jaccard(a: IdSet, b: IdSet): number {
  const shared = [...a].filter((id) => b.has(id)).length;
  const all = a.size + b.size - shared;
  return all === 0 ? 0 : shared / all;
}

function idsOf({ top }: RowReading): IdSet {
  return new Set(top.map(({ id }) => id));
}

async function readSets(
  model: OpenModel,
  refs: readonly RowRef[],
  options: ReadingOptions,
  context: WorkContext,
): Promise<IdSet[]> {
  const compared: ReadingOptions = {
    ...options,
    rank: 'abs',
    filters: COMPARED_FILTERS,
    k: COMPARED_TOKENS,
  };
  const ids = refs.map((ref) => formatRowId(ref));
  const readings = await readComponents(model, ids, compared, false, context);
  return readings.map(idsOf);
}

/** Rows of the same layer and kind, each with a partner that is not its own; the same for the same layer always. */
function randomPairs(model: OpenModel, ref: RowRef): { row: RowRef; other: RowRef }[] {
  const { transformer } = model.ready();
  const { shape } = transformer;
  const perHead = isHeadKind(ref.kind);
  const places = perHead ? shape.nHeads * shape.dHead : matrixRows(transformer, { ...ref }).count;
  const at = (place: number): RowRef =>
    perHead
      ? { ...ref, head: Math.floor(place / shape.dHead), row: place % shape.dHead }
      : { ...ref, row: place };
  const uniform = uniformGenerator(CONTROL_SEED + (ref.layer ?? 0));
  const pairs = places < 2 ? 0 : Math.min(CONTROL_PAIRS, places);
  return Array.from({ length: pairs }, () => {
    const own = Math.floor(uniform() * places);
    const step = 1 + Math.floor(uniform() * (places - 1));
    return { row: at(own), other: partnerOf(at((own + step) % places)) };
  });
}

async function controlOf(
  model: OpenModel,
  ref: RowRef,
  options: ReadingOptions,
  context: WorkContext,
): Promise<PartnerResult['control']> {
  const pairs = randomPairs(model, ref);
  const rows = await readSets(
    model,
    pairs.map(({ row }) => row),
    options,
    context,
  );
  const others = await readSets(
    model,
    pairs.map(({ other }) => other),
    options,
    context,
  );
  const found = rows.map((row, i) => jaccard(row, others[i] ?? new Set()));
  const sum = found.reduce((total, value) => total + value, 0);
  return {
    mean: found.length === 0 ? 0 : sum / found.length,
    highest: Math.max(0, ...found),
    pairs: found.length,
  };
}

/**
 * A row's partner, how much the two speak of the same tokens, and how much rows of the layer do that are paired at
 * random. @throws VocabScopeError `unknownComponent`, `foldRefused`; CancelledError
 */
export async function readPartner(
  model: OpenModel,
  { component, options }: PartnerParams,
  context: WorkContext,
): Promise<PartnerResult> {
  const { transformer } = model.ready();
  const [row] = expandComponents(transformer, parseComponentPattern(component));
  if (row === undefined) {
    throw new VocabScopeError('unknownComponent', `"${component}" names no row.`);
  }
  const { ref } = row;
  const other = partnerOf(ref);
  const [partner] = await readComponents(model, [formatRowId(other)], options, true, context);
  const [own, its] = await readSets(model, [ref, other], options, context);
  if (partner === undefined || own === undefined || its === undefined) {
    throw new RangeError(`${component} was not read.`);
  }
  // Both ways of naming a pair have one control.
  const first = ref.kind === 'FF.V' || ref.kind === 'O' || ref.kind === 'K' ? other : ref;
  const key = JSON.stringify([
    first.layer,
    first.kind,
    options.space,
    options.fold,
    options.withoutCommon,
  ]);
  const control = await model.relations.partnerControls.get(key, context, (shared) =>
    controlOf(model, first, options, shared),
  );
  return { partner, jaccard: jaccard(own, its), control };
}
