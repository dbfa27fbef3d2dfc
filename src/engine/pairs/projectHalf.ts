import { checkCancelled, VocabScopeError } from '../../core/errors';
import type { Space } from '../../core/projection/options';
import { projectSide } from '../../core/projection/pairs/factor';
import { measureFactor } from '../../core/projection/pairs/measuredFactor';
import { directionsOf, type PairSide } from '../../core/projection/pairs/side';
import {
  measureVocabulary,
  type VocabularyNorms,
} from '../../core/projection/pairs/vocabularyNorms';
import type { WorkContext } from '../context';
import type { OpenModel } from '../model/openModel';
import { readHalf, type HeadHalf, type HeadOptions } from './headHalves';
import type { ProjectedSide, TokenSet } from './pairStore';

/** How a half is read in a search. */
export interface SideOptions extends HeadOptions {
  readonly withoutCommon: boolean;
  readonly cosine: boolean;
}

/** A half of a head with the factors of some tokens. @throws VocabScopeError `nonFinite`; CancelledError */
export async function projectHalf(
  model: OpenModel,
  half: HeadHalf,
  tokens: TokenSet,
  options: SideOptions,
  context: WorkContext,
): Promise<ProjectedSide> {
  checkCancelled(context.cancellation);
  const key = JSON.stringify([half, tokens.name, options]);
  const known = model.pairs.get(key);
  if (known !== undefined) {
    return known;
  }
  const side = await sideOf(model, half, options, context);
  const work = { cancellation: context.cancellation };
  const factor = await projectSide(side, tokens.ids, model.backend(), work);
  const made = { side, factor: await measureFactor(factor, model.backend()) };
  model.pairs.set(key, made);
  return made;
}

async function sideOf(
  model: OpenModel,
  half: HeadHalf,
  options: SideOptions,
  context: WorkContext,
): Promise<PairSide> {
  const { spaces } = model.ready();
  const { rows, treatment } = await readHalf(model, half, options);
  const { space, fold } = treatment;
  const norms = await normsOf(model, space, context);
  const prepared = options.withoutCommon
    ? (await spaces.prepare(space, fold, context)).statistics
    : null;
  const bare = await spaces.bare(space, fold);
  return {
    matrix: bare.matrix,
    norms,
    fold: bare.fold,
    directions: directionsOf(rows, bare.fold, prepared),
    cosine: options.cosine,
  };
}

async function normsOf(
  model: OpenModel,
  space: Space,
  context: WorkContext,
): Promise<VocabularyNorms> {
  const { norms, measuring } = model.pairs;
  const known = norms.get(space);
  if (known !== undefined) {
    return known;
  }
  const made = await measuring.run(space, context, (shared) =>
    measureVocabulary(model.ready().spaces.matrix(space), model.backend(), shared),
  );
  const [first] = made.nonFinite;
  if (first !== undefined) {
    const count = made.nonFinite.length;
    throw new VocabScopeError(
      'nonFinite',
      `${String(count)} ${count === 1 ? 'row' : 'rows'} of ${space === 'input' ? 'W_E' : 'W_U'} (the first is that of token ${String(first)}) hold weights that are NaN or infinite: no pair can be called the best.`,
    );
  }
  norms.set(space, made);
  return made;
}
