import { VocabScopeError } from '../../core/errors';
import { shortened } from '../../core/model/componentId';
import { displayText } from '../../core/tokenizer/display';
import { nearestTokens, piecesOf } from '../../core/tokenizer/suggest';
import type { TokenView } from '../../protocol/reading';
import type { TokenMatches } from '../../protocol/search';
import type { WorkContext } from '../context';
import type { OpenModel } from '../model/openModel';
import { tokensById } from '../reading/vocabularyPage';
import type { TokenViews } from '../tokenViews';
import type { FoundToken } from './searchStore';

const NEAREST_TOKENS = 8;
const TOKEN_ID = /^#(\d{1,10})$/u;

/** What a text is among a model's tokens: they themselves, what spells it, and what is spelled like it. */
export async function matchTokens(
  model: OpenModel,
  text: string,
  context: WorkContext,
): Promise<TokenMatches> {
  const { vocabulary } = model;
  if (vocabulary === null) {
    return { exact: [], pieces: [], nearest: [] };
  }
  const views = await model.views(context);
  const view = (id: number): TokenView => views.view(id);
  return {
    exact: vocabulary.idsOf(text).map(view),
    pieces: piecesOf(text, vocabulary).map((piece) => ({
      text: piece.text,
      token: piece.id === undefined ? null : view(piece.id),
    })),
    nearest: nearestTokens(text, vocabulary, NEAREST_TOKENS).map(view),
  };
}

function named(token: TokenView): string {
  return `${displayText(token)} #${String(token.id)}`;
}

async function noToken(
  model: OpenModel,
  text: string,
  context: WorkContext,
): Promise<VocabScopeError> {
  const { name } = model.summary;
  if (model.vocabulary === null) {
    return new VocabScopeError(
      'missingTokenizer',
      `${name} has no tokenizer, so "${shortened(text)}" cannot be looked up. Give an id such as #537, or choose a tokenizer.`,
    );
  }
  const { pieces, nearest } = await matchTokens(model, text, context);
  const parts = pieces.map(({ text: part, token }) =>
    token === null ? `"${part}" (none)` : named(token),
  );
  const spelled = parts.length > 1 ? ` These tokens spell it: ${parts.join(' + ')}.` : '';
  const alike = nearest.length > 0 ? ` Nearest by spelling: ${nearest.map(named).join(', ')}.` : '';
  return new VocabScopeError(
    'unknownToken',
    `"${shortened(text)}" is no token of ${name}.${spelled}${alike} Give the exact text, its leading space included (␣ stands for it here), or an id such as #537.`,
  );
}

/**
 * The token of an exact text, or of an id written `#537`. Where several have the text, one that is no byte, the lowest.
 * @throws VocabScopeError `unknownToken`, with what spells the text and what is spelled like it; `missingTokenizer`
 */
export async function findToken(
  model: OpenModel,
  asked: string,
  views: TokenViews,
  context: WorkContext,
): Promise<FoundToken> {
  const byId = TOKEN_ID.exec(asked)?.[1];
  if (byId !== undefined) {
    const [token = views.view(0)] = await tokensById(model, [Number(byId)], context);
    return { token, sameText: [] };
  }
  const rows = model.summary.shape?.dVocab ?? 0;
  const [first, ...others] = (model.vocabulary?.idsOf(asked) ?? []).filter((id) => id < rows);
  if (first === undefined) {
    throw await noToken(model, asked, context);
  }
  return { token: views.view(first), sameText: others.map((id) => views.view(id)) };
}
