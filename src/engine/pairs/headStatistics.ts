import { formatHeadMatrixId, type HeadMatrixRef } from '../../core/model/headMatrixId';
import { headsPerRow } from '../../core/model/headGroups';
import type { ModelShape } from '../../core/model/transformer';
import type { Space } from '../../core/projection/options';
import {
  findBestPairs,
  preparePairs,
  rootMeanSquare,
} from '../../core/projection/pairs/searchPairs';
import type { ScoredPair } from '../../core/projection/pairs/pairSink';
import { isCopy } from '../../core/tokenizer/pairClasses';
import type { Vocabulary } from '../../core/tokenizer/vocabulary';
import type { HeadStatistics } from '../../protocol/pairs';
import type { WorkContext } from '../context';
import type { OpenModel } from '../model/openModel';
import { halvesOf, readHalf, type HeadHalf, type HeadOptions } from './headHalves';
import { projectHalf, type SideOptions, type TokenSet } from './projectHalf';

/** Pairs of the statistic, and shuffled pairings of its control. */
const STATISTIC_PAIRS = 50;
const MAX_PAIRINGS = 16;
const MIN_PAIRINGS = 2;
/** Pairings that spread less than this share of their mean are rounding noise. */
const MIN_SPREAD = 1e-9;

/** What one pairing of two halves shows. */
interface PairingStatistic {
  /** Null where all scores are 0. */
  readonly statistic: number | null;
  readonly copying: number | null;
}

/**
 * How far a head's pairs stand out, and how many of them copy, beside shuffled pairings: this head's W_V with other
 * heads' W_O, its W_Q with other heads' W_K (design: "A head's pairs"). Kept on disk.
 * @throws CancelledError
 */
export async function headStatistics(
  model: OpenModel,
  ref: HeadMatrixRef,
  options: HeadOptions,
  context: WorkContext,
): Promise<HeadStatistics> {
  const key = {
    ...model.identity,
    what: 'head pairs',
    component: formatHeadMatrixId(ref),
    space: options.space,
    fold: options.fold,
    delta: options.delta ?? 0,
  };
  const stored = await model.cache?.get(key, isStatistics);
  if (stored !== undefined) {
    return stored;
  }
  const made = await computeStatistics(model, ref, options, context);
  await model.cache?.put(key, made);
  return made;
}

function isStatistics(value: unknown): value is HeadStatistics {
  return typeof (value as Partial<HeadStatistics> | null)?.pairings === 'number';
}

async function computeStatistics(
  model: OpenModel,
  ref: HeadMatrixRef,
  options: HeadOptions,
  context: WorkContext,
): Promise<HeadStatistics> {
  const { transformer } = model.ready();
  const [rows, columns] = halvesOf(ref);
  const sideOptions: SideOptions = { ...options, withoutCommon: false, cosine: false };
  const rowTokens = await countedTokens(model, rows, options, context);
  const columnTokens = await countedTokens(model, columns, options, context);
  const pairing = async (other: HeadHalf): Promise<PairingStatistic> => {
    const row = await projectHalf(model, rows, rowTokens, sideOptions, context);
    const column = await projectHalf(model, other, columnTokens, sideOptions, context);
    const request = {
      rowSide: row.side,
      columnSide: column.side,
      rows: row.factor,
      columns: column.factor,
      key: 'highest' as const,
    };
    const prepared = await preparePairs(request, model.backend());
    const { pairs } = await findBestPairs(prepared, STATISTIC_PAIRS, model.backend(), {
      cancellation: context.cancellation,
    });
    return {
      statistic: standingOut(pairs, rootMeanSquare(request)),
      copying: copyingShare(pairs, model.vocabulary),
    };
  };
  const own = await pairing(columns);
  const others: PairingStatistic[] = [];
  for (const partner of partnersOf(transformer.shape, columns)) {
    others.push(await pairing(partner));
  }
  const statistics = others.flatMap(({ statistic }) => statistic ?? []);
  const shares = others.flatMap(({ copying }) => copying ?? []);
  return {
    statistic: own.statistic,
    z: own.statistic === null ? null : zOf(own.statistic, statistics),
    pairings: others.length,
    copying:
      own.copying === null
        ? null
        : { share: own.copying, control: shares.length === 0 ? null : meanOf(shares) },
  };
}

/** The tokens that take part in statistics, of the vocabulary that a half is read with. */
async function countedTokens(
  model: OpenModel,
  half: HeadHalf,
  options: HeadOptions,
  context: WorkContext,
): Promise<TokenSet> {
  const { spaces } = model.ready();
  const { treatment } = await readHalf(model, half, options);
  const space: Space = treatment.space;
  const takesPart = await spaces.takesPart(space, context);
  const ids = Int32Array.from(takesPart.keys()).filter((id) => takesPart[id] === 1);
  return { name: 'counted', ids };
}

/**
 * The halves with which a head's first half is paired instead of its own: of other heads of its layer, then of the layers
 * around it; of heads that share a half, once, and never of those that share this head's.
 */
function partnersOf(shape: ModelShape, own: HeadHalf): readonly HeadHalf[] {
  const group = shape.nHeads / shape.nKvHeads;
  const step = headsPerRow(shape, own.kind);
  const ownGroup = Math.floor(own.head / group);
  const layers = Array.from({ length: shape.nLayers }, (_, layer) => layer).sort(
    (a, b) => Math.abs(a - own.layer) - Math.abs(b - own.layer) || a - b,
  );
  const partners: HeadHalf[] = [];
  for (const layer of layers) {
    for (let i = 0; i < shape.nHeads && partners.length < MAX_PAIRINGS; i += 1) {
      const head = (own.head + i) % shape.nHeads;
      const sameGroup = layer === own.layer && Math.floor(head / group) === ownGroup;
      if (!sameGroup && head % step === 0) {
        partners.push({ ...own, layer, head });
      }
    }
  }
  return partners;
}

function standingOut(pairs: readonly ScoredPair[], rms: number): number | null {
  return rms > 0 && pairs.length > 0 ? meanOf(pairs.map(({ score }) => score)) / rms : null;
}

function copyingShare(pairs: readonly ScoredPair[], vocabulary: Vocabulary | null): number | null {
  if (vocabulary === null || pairs.length === 0) {
    return null;
  }
  const copies = pairs.filter(({ row, column }) => {
    const [a, b] = [vocabulary.token(row), vocabulary.token(column)];
    return a !== undefined && b !== undefined && isCopy(a, b);
  });
  return copies.length / pairs.length;
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function zOf(own: number, control: readonly number[]): number | null {
  if (control.length < MIN_PAIRINGS) {
    return null;
  }
  const mean = meanOf(control);
  const std = Math.sqrt(meanOf(control.map((value) => (value - mean) ** 2)));
  return std > MIN_SPREAD * Math.abs(mean) ? (own - mean) / std : null;
}
