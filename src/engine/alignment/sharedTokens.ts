import { matchVocabularies, type SharedTokens } from '../../core/analysis/matchVocabularies';
import { VocabScopeError } from '../../core/errors';
import { int32At } from '../../core/tensor/elements';
import type { Vocabulary } from '../../core/tokenizer/vocabulary';
import type { WorkContext } from '../context';
import type { OpenModel } from '../model/openModel';
import type { ComparedTokens } from './alignmentStore';

/** Fewer tokens than this still tell models apart, but not well. */
const FEW_TOKENS = 1000;
/** Below this share of ids that mean the same token, equal numbers of ids say nothing. */
const SAME_IDS_SHARE = 0.5;

function vocabularyOf({ vocabulary, summary }: OpenModel): Vocabulary {
  if (vocabulary === null) {
    throw new VocabScopeError(
      'missingTokenizer',
      `Tokens of two models are matched by their texts, and those of ${summary.name} are not known: ${summary.tokenizerProblem ?? 'it has no tokenizer.'}`,
    );
  }
  return vocabulary;
}

function count(value: number): string {
  return value.toLocaleString('en-US');
}

/** What to say where ids agree in number and not in meaning; undefined where that is not so. */
function onlyIdsAgree({ tokensA, tokensB, sameIds, commonIds }: SharedTokens): string | undefined {
  return tokensA === tokensB && sameIds < SAME_IDS_SHARE * commonIds
    ? `Both vocabularies have ${count(tokensA)} tokens, but only ${count(sameIds)} of ${count(commonIds)} ids stand for the same token in both.`
    : undefined;
}

function requireEnough(
  a: OpenModel,
  b: OpenModel,
  matched: SharedTokens,
  used: number,
  least: number,
): void {
  if (used > least) {
    return;
  }
  const found = matched.idsA.length;
  const left = used === found ? '' : `, ${count(used)} without under-trained ones`;
  const ids = onlyIdsAgree(matched);
  throw new VocabScopeError(
    'incomparable',
    `${a.summary.name} and ${b.summary.name} share ${found === 0 ? 'no token' : `${count(found)} tokens${left}`}, and more than ${count(least)} (twice the larger width) are needed to compare them. ${ids === undefined ? '' : `${ids} Ids alone make no shared vocabulary. `}Choose models with a common vocabulary, or check their tokenizers.`,
  );
}

function withoutMarked(
  { idsA, idsB }: SharedTokens,
  marksA: Uint8Array | null,
  marksB: Uint8Array | null,
): { idsA: Int32Array; idsB: Int32Array } {
  const isKept = (i: number): boolean =>
    marksA?.[int32At(idsA, i)] !== 1 && marksB?.[int32At(idsB, i)] !== 1;
  return {
    idsA: idsA.filter((_, i) => isKept(i)),
    idsB: idsB.filter((_, i) => isKept(i)),
  };
}

function warningsOf(
  a: OpenModel,
  b: OpenModel,
  matched: SharedTokens,
  used: number,
  excludeUndertrained: boolean,
  marks: readonly (Uint8Array | null)[],
): string[] {
  const ids = onlyIdsAgree(matched);
  const unmarked = excludeUndertrained
    ? [a, b].filter((_, i) => marks[i] === null).map(({ summary }) => summary.name)
    : [];
  return [
    ...(ids === undefined ? [] : [`${ids} They are compared by text.`]),
    ...(used < FEW_TOKENS
      ? [`Only ${count(used)} shared tokens: what so few say of two models is uncertain.`]
      : []),
    ...(unmarked.length === 0
      ? []
      : [
          `Which tokens of ${unmarked.join(' and ')} are under-trained is not known: none of them is left out.`,
        ]),
  ];
}

/**
 * Matches the vocabularies of two models.
 * @throws VocabScopeError `missingTokenizer`; `incomparable` where too few tokens are shared; CancelledError
 */
export async function sharedTokens(
  a: OpenModel,
  b: OpenModel,
  excludeUndertrained: boolean,
  context: WorkContext,
): Promise<ComparedTokens> {
  const [shapeA, shapeB] = [a, b].map((model) => model.ready().transformer.shape);
  const matched = matchVocabularies(
    { vocabulary: vocabularyOf(a), dVocab: shapeA?.dVocab ?? 0 },
    { vocabulary: vocabularyOf(b), dVocab: shapeB?.dVocab ?? 0 },
  );
  const marks = excludeUndertrained
    ? [await a.ready().spaces.undertrained(context), await b.ready().spaces.undertrained(context)]
    : [null, null];
  const kept = withoutMarked(matched, marks[0] ?? null, marks[1] ?? null);
  const used = kept.idsA.length;
  requireEnough(a, b, matched, used, 2 * Math.max(shapeA?.dModel ?? 0, shapeB?.dModel ?? 0));
  const shared = matched.idsA.length;
  return {
    ...kept,
    vocabulary: {
      shared,
      shareA: shared / matched.tokensA,
      shareB: shared / matched.tokensB,
      used,
      undertrained: shared - used,
    },
    warnings: warningsOf(a, b, matched, used, excludeUndertrained, marks),
  };
}
