import { checkCancelled, VocabScopeError } from '../../core/errors';
import { batchesOf } from '../../core/projection/workPlan';
import { headsPerRow } from '../../core/model/headGroups';
import type { HeadMatrixRef } from '../../core/model/headMatrixId';
import type { ModelShape } from '../../core/model/transformer';
import type { WorkContext } from '../context';
import { groupBy } from '../groupBy';
import type { OpenModel } from '../model/openModel';
import { treatmentOf } from '../reading/parameterRows';
import { countedTokens } from './countedTokens';
import { halvesOf, readHalf, type HeadHalf, type HeadOptions } from './headHalves';
import { keepHeads, layerHeads } from './headTables';
import { judgePairing, readPairing, type Pairing } from './pairing';
import { projectHalf, type SideOptions } from './projectHalf';
import type { HeadEntry, ProjectedSide, TokenSet } from './pairStore';

/** Shuffled pairings of a head's control. */
const MAX_PAIRINGS = 16;
/** Best pairs that are kept of each head. */
const KEPT_PAIRS = 3;
/** Factors beside those of a block's rows: a column half, and the one before it. */
const COLUMN_FACTORS = 2;

/**
 * How far heads' pairs stand out, and how many of them copy, beside shuffled pairings: this head's W_V with other
 * heads' W_O, its W_Q with other heads' W_K. Heads of a layer share the factors that their pairings need. What is known
 * already is not computed again. Kept on disk, one block of heads after the other.
 * @throws CancelledError
 */
export async function scanHeads(
  model: OpenModel,
  refs: readonly HeadMatrixRef[],
  options: HeadOptions,
  context: WorkContext,
): Promise<HeadEntry[]> {
  const layers = groupBy(refs, ({ kind, layer }) => `${kind} ${String(layer)}`);
  const blocks: HeadMatrixRef[][] = [];
  for (const heads of layers.values()) {
    blocks.push(...(await blocksOf(model, heads, options, context)));
  }
  const { shape } = model.ready().transformer;
  const total = blocks.flat().reduce((sum, ref) => sum + pairingsOf(shape, ref), 0);
  const progress = new PairingProgress(total, context.onProgress);
  for (const block of blocks) {
    await scanBlock(model, block, options, progress, context);
  }
  return Promise.all(refs.map((ref) => knownHead(model, ref, options)));
}

async function knownHead(
  model: OpenModel,
  ref: HeadMatrixRef,
  options: HeadOptions,
): Promise<HeadEntry> {
  const known = (await layerHeads(model, ref, options))[ref.head];
  if (known === undefined || known === null) {
    throw new RangeError('A head was not scanned.');
  }
  return known;
}

/** The heads of a layer that are not known, in blocks whose factors are kept at once. */
async function blocksOf(
  model: OpenModel,
  heads: readonly HeadMatrixRef[],
  options: HeadOptions,
  context: WorkContext,
): Promise<HeadMatrixRef[][]> {
  const [first] = heads;
  if (first === undefined) {
    return [];
  }
  const { transformer } = model.ready();
  const known = await layerHeads(model, first, options);
  const missing = [...new Set(heads.map(({ head }) => head))].filter(
    (head) => (known[head] ?? null) === null,
  );
  const tokens = await tokensOf(model, halvesOf(first)[0], options, context);
  const capacity = model.pairs.capacity(tokens.ids.length, transformer.shape.dHead);
  const parts = Math.ceil(missing.length / Math.max(1, capacity - COLUMN_FACTORS));
  const size = Math.max(1, Math.ceil(missing.length / Math.max(1, parts)));
  return batchesOf(missing.length, size).map(({ start, count }) =>
    missing.slice(start, start + count).map((head) => ({ ...first, head })),
  );
}

/** The tokens that take part in statistics, of the vocabulary that a half is read with. */
async function tokensOf(
  model: OpenModel,
  half: HeadHalf,
  options: HeadOptions,
  context: WorkContext,
): Promise<TokenSet> {
  const { transformer, spaces } = model.ready();
  const { space } = await treatmentOf(transformer, spaces, half, options);
  return countedTokens(model, space, context);
}

/** A head and the halves that its first half is paired with. */
interface Subject {
  readonly head: number;
  readonly rows: HeadHalf;
  readonly own: HeadHalf;
  readonly partners: readonly HeadHalf[];
}

async function scanBlock(
  model: OpenModel,
  block: readonly HeadMatrixRef[],
  options: HeadOptions,
  progress: PairingProgress,
  context: WorkContext,
): Promise<void> {
  const [layer] = block;
  if (layer === undefined) {
    return;
  }
  const found = new Map<number, HeadEntry>();
  const subjects: Subject[] = [];
  for (const ref of block) {
    const subject = await subjectOf(model, ref, options);
    if ('problem' in subject) {
      found.set(ref.head, subject);
    } else {
      subjects.push(subject);
    }
  }
  const pairings = await readPairings(model, subjects, options, progress, context);
  for (const { head, own, partners } of subjects) {
    const ownPairing = pairings.get(own);
    if (ownPairing !== undefined) {
      found.set(head, {
        statistics: judgePairing(
          ownPairing,
          partners.flatMap((partner) => pairings.get(partner) ?? []),
        ),
        best: ownPairing.best.slice(0, KEPT_PAIRS),
      });
    }
  }
  await keepHeads(model, layer, options, found);
}

/** A head with the first partners whose weights are finite; or why it has no pairs itself. */
async function subjectOf(
  model: OpenModel,
  ref: HeadMatrixRef,
  options: HeadOptions,
): Promise<Subject | { readonly problem: string }> {
  const [rows, own] = halvesOf(ref);
  for (const half of [rows, own]) {
    const problem = await problemOf(model, half, options);
    if (problem !== null) {
      return { problem };
    }
  }
  const partners: HeadHalf[] = [];
  for (const partner of partnersOf(model.ready().transformer.shape, own)) {
    if (partners.length < MAX_PAIRINGS && (await problemOf(model, partner, options)) === null) {
      partners.push(partner);
    }
  }
  return { head: ref.head, rows, own, partners };
}

/** Why a half cannot be read: weights that are not finite. */
async function problemOf(
  model: OpenModel,
  half: HeadHalf,
  options: HeadOptions,
): Promise<string | null> {
  try {
    await readHalf(model, half, options);
    return null;
  } catch (error) {
    if (error instanceof VocabScopeError && error.reason === 'nonFinite') {
      return error.message;
    }
    throw error;
  }
}

/** All pairings of some heads, second half by second half, so that each is multiplied with the vocabulary once. */
async function readPairings(
  model: OpenModel,
  subjects: readonly Subject[],
  options: HeadOptions,
  progress: PairingProgress,
  context: WorkContext,
): Promise<ReadonlyMap<HeadHalf, Pairing>> {
  const sideOptions: SideOptions = { ...options, withoutCommon: false, cosine: false };
  const project = async (half: HeadHalf): Promise<ProjectedSide> =>
    projectHalf(model, half, await tokensOf(model, half, options, context), sideOptions, context);
  const tasks = subjects.flatMap(({ rows, own, partners }) =>
    [own, ...partners].map((column) => ({ rows, column })),
  );
  const pairings = new Map<HeadHalf, Pairing>();
  for (const group of groupBy(tasks, ({ column }) => JSON.stringify(column)).values()) {
    for (const { rows, column } of group) {
      checkCancelled(context.cancellation);
      const row = await project(rows);
      pairings.set(column, await readPairing(model, row, await project(column), context));
      progress.advance();
    }
  }
  return pairings;
}

/**
 * The halves with which a head's first half can be paired instead of its own: of other heads of its layer, then of the
 * layers around it; of heads that share a half, once, and never of those that share this head's.
 */
function* partnersOf(shape: ModelShape, own: HeadHalf): Generator<HeadHalf> {
  const group = shape.nHeads / shape.nKvHeads;
  const step = headsPerRow(shape, own.kind);
  const ownGroup = Math.floor(own.head / group);
  const layers = Array.from({ length: shape.nLayers }, (_, layer) => layer).sort(
    (a, b) => Math.abs(a - own.layer) - Math.abs(b - own.layer) || a - b,
  );
  for (const layer of layers) {
    for (let i = 0; i < shape.nHeads; i += 1) {
      const head = (own.head + i) % shape.nHeads;
      const sameGroup = layer === own.layer && Math.floor(head / group) === ownGroup;
      if (!sameGroup && head % step === 0) {
        yield { ...own, layer, head };
      }
    }
  }
}

/** Says how many pairings of all blocks are read. */
class PairingProgress {
  private done = 0;

  constructor(
    private readonly total: number,
    private readonly listener: WorkContext['onProgress'],
  ) {}

  advance(): void {
    this.done += 1;
    this.listener({ done: this.done, total: this.total, unit: 'pairings' });
  }
}

/** Pairings that a head takes, its own among them. */
function pairingsOf(shape: ModelShape, ref: HeadMatrixRef): number {
  return 1 + Math.min(MAX_PAIRINGS, [...partnersOf(shape, halvesOf(ref)[1])].length);
}
