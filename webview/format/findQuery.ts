/** The box of the top bar: what is typed, as components and as tokens. */
import type { TokenView } from '../../src/protocol/reading';
import type { TokenMatches } from '../../src/protocol/search';

/** How a text is looked up among tokens. */
export type TokenQuery =
  | { readonly by: 'id'; readonly id: number }
  /** `exact`: in quotes, no other spelling is meant. */
  | { readonly by: 'text'; readonly text: string; readonly exact: boolean };

/** What was typed. */
export interface FindQuery {
  /** Null where only a token can be meant. */
  readonly component: string | null;
  readonly token: TokenQuery | null;
}

const TOKEN_ID = /^#(\d{1,10})$/u;

/** Reads the box: `"she"` is that token exactly, `#537` the token of that id, all else a component or a word. */
export function parseFind(typed: string): FindQuery {
  if (typed.trim() === '') return { component: null, token: null };
  const id = TOKEN_ID.exec(typed.trim())?.[1];
  if (id !== undefined) return { component: null, token: { by: 'id', id: Number(id) } };
  if (typed.startsWith('"')) {
    const text = typed.slice(1).replace(/"\s*$/u, '');
    return { component: null, token: text === '' ? null : { by: 'text', text, exact: true } };
  }
  return { component: typed.trim(), token: { by: 'text', text: typed, exact: false } };
}

/** What is offered for a word. */
export interface TokenOffer {
  /** Tokens that the word is, in one spelling or another. */
  readonly spellings: readonly TokenView[];
  /** Where it is none: tokens that spell it together, and those spelled most like it. */
  readonly pieces: readonly TokenView[];
  readonly nearest: readonly TokenView[];
}

/** Without what only says that a word begins or goes on, whatever case. */
function bare(text: string): string {
  return text.replace(/^(?: |##)/u, '').toLowerCase();
}

function unique(tokens: readonly TokenView[]): readonly TokenView[] {
  return [...new Map(tokens.map((token) => [token.id, token])).values()];
}

/** The spellings of a word (`she`: `␣she`, `she`, `␣She`), else its pieces and its neighbours. */
export function offerTokens(text: string, exact: boolean, matches: TokenMatches): TokenOffer {
  const alike = exact
    ? []
    : matches.nearest.filter((token) => bare(token.text ?? '') === bare(text));
  // A leading space is typed on purpose: then that token stands first.
  const spellings = text.startsWith(' ')
    ? [...matches.exact, ...alike]
    : [...alike, ...matches.exact];
  if (spellings.length > 0) return { spellings: unique(spellings), pieces: [], nearest: [] };
  const pieces = matches.pieces.map(({ token }) => token).filter((token) => token !== null);
  const nearest = matches.nearest.filter(({ id }) => !pieces.some((piece) => piece.id === id));
  return { spellings: [], pieces: unique(pieces), nearest };
}

/**
 * What asks for a token: its exact text, so that places can be read, or its id where the text does not say which
 * (bytes stand beside characters of the same text) or could be taken for an id.
 */
export function askFor({ id, text }: TokenView): string {
  return text === null || text.length < 2 || TOKEN_ID.test(text) ? `#${id}` : text;
}
