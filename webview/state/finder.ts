/** What the box of the top bar offers for what is typed: components at once, tokens as the engine answers. */
import { Fzf } from 'fzf';
import { ComponentFinder } from '../../src/core/model/findComponents';
import { CancelledError } from '../../src/core/errors';
import type { ModelSummary } from '../../src/protocol/modelSummary';
import type { PanelLocation } from '../../src/protocol/panelApi';
import type { TokenView } from '../../src/protocol/reading';
import { locate } from '../format/components';
import { askFor, offerTokens, parseFind } from '../format/findQuery';
import type { FindQuery, TokenOffer, TokenQuery } from '../format/findQuery';
import { t } from '../l10n';
import { failureOf } from './hostClient';
import { Observable } from './observable';
import type { PanelStore } from './panelStore';

/** Somewhere to go: a component, or a search of a token. */
export interface Finding {
  readonly location: PanelLocation;
  /** Of a component. */
  readonly component?: string;
  readonly token?: TokenView;
  /** Of a bookmark. */
  readonly note?: string;
}

export interface FindSection {
  readonly title: string;
  readonly findings: readonly Finding[];
}

/** What comes first: what keys and places of the panel ask for. */
export type FindMode = 'component' | 'token';

const MAX_COMPONENTS = 8;
const MAX_BOOKMARKS = 5;
/** Typing goes on meanwhile. */
const TYPING_MS = 120;
const NO_QUERY: FindQuery = { component: null, token: null };
const NO_OFFER: TokenOffer = { spellings: [], pieces: [], nearest: [] };
/** What only an id looks like: nobody means a word by it. */
const COMPONENT_LIKE = /^(?:L\d+\.|[EUPC]\[)/iu;

function tokenFinding(token: TokenView): Finding {
  return { token, location: { page: 'search', token: askFor(token) } };
}

function section(title: string, findings: readonly Finding[]): readonly FindSection[] {
  return findings.length === 0 ? [] : [{ title, findings }];
}

export class Finder extends Observable {
  readonly #store: PanelStore;
  #typed = '';
  #query = NO_QUERY;
  #mode: FindMode = 'component';
  #components: { readonly summary: ModelSummary; readonly finder: ComponentFinder } | null = null;
  #offer = NO_OFFER;
  /** Tokens that stood where the reader was. */
  #here: readonly TokenView[] = [];
  #looking: { readonly controller: AbortController; readonly done: Promise<void> } | null = null;
  #problem = '';

  constructor(store: PanelStore) {
    super();
    this.#store = store;
  }

  /** Whether tokens are still on their way. */
  get looking(): boolean {
    return this.#looking !== null;
  }

  /** Why nothing, or not everything, is offered: a sentence. */
  get problem(): string {
    return this.#problem;
  }

  /** Looks up what is typed. */
  look(typed: string, mode: FindMode): void {
    this.stop();
    this.#typed = typed;
    this.#mode = mode;
    this.#query = parseFind(typed);
    this.#problem = '';
    this.#here = [];
    const { token } = this.#query;
    if (token === null) {
      this.#offer = NO_OFFER;
    } else {
      const controller = new AbortController();
      this.#looking = { controller, done: this.#lookUp(token, controller.signal) };
    }
    this.changed();
  }

  /** Offers tokens that are shown, before anything is typed. */
  offer(tokens: readonly TokenView[]): void {
    this.#here = tokens;
    this.changed();
  }

  /** Forgets what is on its way. */
  stop(): void {
    this.#looking?.controller.abort();
    this.#looking = null;
  }

  get sections(): readonly FindSection[] {
    const components = section(t('Components'), this.#componentFindings());
    const marked = section(t('Bookmarks'), this.#bookmarkFindings());
    const { spellings, pieces, nearest } = this.#offer;
    const tokens = [
      ...section(t('Tokens here'), this.#here.map(tokenFinding)),
      ...section(t('Tokens'), spellings.map(tokenFinding)),
      ...section(t('No token is “{0}”: its pieces', this.#word), pieces.map(tokenFinding)),
      ...section(t('Spelled most like it'), nearest.map(tokenFinding)),
    ];
    const places = [...components, ...marked];
    return this.#mode === 'token' ? [...tokens, ...places] : [...places, ...tokens];
  }

  /**
   * Where Enter leads without a choice among what is offered: the component of that id, else the first that is
   * offered; undefined, with a problem, where there is none.
   */
  async best(): Promise<Finding | undefined> {
    const { summary } = this.#store;
    const { component } = this.#query;
    if (summary === null) return undefined;
    const exact = component === null ? undefined : locate(component, summary);
    if (exact !== undefined && 'location' in exact && this.#mode === 'component') return exact;
    if (exact !== undefined && 'problem' in exact && COMPONENT_LIKE.test(component ?? '')) {
      // The answer to what was asked stands alone until the reader types on.
      this.stop();
      this.#query = NO_QUERY;
      this.#offer = NO_OFFER;
      this.#problem = exact.problem;
      this.changed();
      return undefined;
    }
    if (this.#mode === 'token' || this.sections.length === 0) await this.#looking?.done;
    const first = this.sections[0]?.findings[0];
    if (first === undefined && this.#problem === '') {
      this.#problem = t('Nothing in {0} goes by “{1}”.', summary.name, this.#typed.trim());
      this.changed();
    }
    return first;
  }

  get #word(): string {
    const { token } = this.#query;
    return token?.by === 'text' ? token.text : '';
  }

  #componentFindings(): readonly Finding[] {
    const { summary } = this.#store;
    const { component } = this.#query;
    if (summary === null || component === null) return [];
    if (this.#components?.summary !== summary) {
      this.#components = { summary, finder: new ComponentFinder(summary) };
    }
    const ids = this.#components.finder.find(component, MAX_COMPONENTS);
    return ids.flatMap((id) => {
      const found = locate(id, summary);
      return 'location' in found ? [{ component: id, location: found.location }] : [];
    });
  }

  /** Bookmarks whose notes say what is typed; those whose ids do are offered as components. */
  #bookmarkFindings(): readonly Finding[] {
    const { component } = this.#query;
    if (component === null) return [];
    const notes = new Fzf(this.#store.bookmarks.all, {
      selector: ({ note }) => note,
      casing: 'case-insensitive',
      limit: MAX_BOOKMARKS,
      // Parts of words, not letters here and there.
      fuzzy: false,
    });
    return notes.find(component).map(({ item }) => ({
      ...{ component: item.component, note: item.note },
      location: { page: 'row', component: item.component },
    }));
  }

  async #lookUp(query: TokenQuery, signal: AbortSignal): Promise<void> {
    try {
      await new Promise((resolve) => setTimeout(resolve, TYPING_MS));
      const offer = await this.#ask(query, signal);
      if (signal.aborted) return;
      this.#offer = offer;
    } catch (error) {
      if (signal.aborted || error instanceof CancelledError) return;
      this.#offer = NO_OFFER;
      this.#problem = failureOf(error).message;
    }
    this.#looking = null;
    this.changed();
  }

  async #ask(query: TokenQuery, signal: AbortSignal): Promise<TokenOffer> {
    const { host, summary } = this.#store;
    if (query.by === 'id') {
      const spellings = await host.query('tokens', { ids: [query.id] }, { signal });
      return { ...NO_OFFER, spellings };
    }
    if (summary === null || summary.tokenizer === null) return NO_OFFER;
    const { text, exact } = query;
    return offerTokens(text, exact, await host.query('matchTokens', { text }, { signal }));
  }
}
