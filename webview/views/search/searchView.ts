import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { Progress } from '../../../src/core/errors';
import type { TokenView } from '../../../src/protocol/reading';
import type { SearchRow, TokenMatches, TokenSearch } from '../../../src/protocol/search';
import { askFor, offerTokens } from '../../format/findQuery';
import { formatBytes, formatCount } from '../../format/numbers';
import { omittedSentence } from '../../format/omitted';
import { searchAsText } from '../../format/searchExport';
import { spokenToken } from '../../format/tokens';
import { t } from '../../l10n';
import type { PagedRows } from '../../state/pagedRows';
import { Resource } from '../../state/resource';
import { SEARCH_SCOPES, SEARCH_SORTS } from '../../state/uiState';
import type { SearchState, TableState } from '../../state/uiState';
import { ChipRoom } from '../../components/chipRoom';
import { exportMenu } from '../../components/exportMenu';
import { Keys } from '../../components/keys';
import { StoreElement } from '../../components/lightElement';
import { rowContext } from '../../components/rowColumns';
import { emptyBlock, missingRowsBlock } from '../../components/stateBlocks';
import type { TableSort } from '../../components/tableColumns';
import { tokenChip } from '../../components/tokenChip';
import type { ValueControl } from '../../components/toolkit';
import '../../components/virtualTable';
import { exportFound } from './exportFound';
import { NARROW_COLUMNS_EM, searchColumns } from './searchColumns';
import { kindsOf, searchedKinds, searchRows } from './searchRows';

/** The rows of the whole model that score a token highest: what promotes it, what detects it. */
@customElement('vs-search-view')
export class SearchView extends StoreElement {
  /** Exact text, or an id as `#537`. */
  @property({ attribute: false }) token = '';
  #source: PagedRows<SearchRow> | null = null;
  #sourceKey = '';
  #subject = '';
  #found: TokenSearch | null = null;
  #progress: Progress | null = null;
  #columns = searchColumns(this.store, () => this.#room.characters);
  #startAt = { firstRow: 0, activeRow: 0 };
  readonly #matches = new Resource<TokenMatches>(this);
  readonly #room = new ChipRoom(this, () => NARROW_COLUMNS_EM);

  constructor() {
    super();
    const focusScope = (): boolean => {
      this.querySelector<HTMLElement>('ttk-dropdown')?.focus();
      return true;
    };
    new Keys(this, { '/': focusScope, 'Ctrl+f': focusScope });
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#source?.dispose();
    this.#source = null;
    this.#sourceKey = '';
  }

  /** Moves the focus to the rows. */
  override focus(): void {
    const rows = this.querySelector<HTMLElement>('vs-table');
    (rows ?? this.querySelector<HTMLElement>('.page-title'))?.focus();
  }

  get #key(): string {
    return `search:${this.token}`;
  }

  protected override willUpdate(): void {
    const { summary, host } = this.store;
    if (summary === null || !this.store.isReadable) return;
    const subject = `${this.store.dataKey} ${this.token}`;
    if (subject !== this.#subject) {
      this.#subject = subject;
      this.#found = null;
      this.#matches.clear();
    }
    this.#updateSource(subject);
    const text = this.#found?.token.text ?? (this.token.startsWith('#') ? null : this.token);
    if (text !== null && (this.#found !== null || this.#source?.failure !== undefined)) {
      this.#matches.load(`${subject} ${text}`, (signal) =>
        host.query('matchTokens', { text }, { signal }),
      );
    }
    this.#updateNote();
  }

  #updateSource(subject: string): void {
    const { summary } = this.store;
    const key = `${subject} ${JSON.stringify(this.store.ui.search)}`;
    if (summary === null || key === this.#sourceKey) return;
    const isSame = this.#sourceKey.startsWith(`${subject} `);
    this.#sourceKey = key;
    this.#source?.dispose();
    this.#progress = null;
    const { firstRow, activeRow } = this.store.table(this.#key);
    // Another order begins at its top; a page that comes back, where it was left.
    this.#startAt = isSame ? { firstRow: 0, activeRow: 0 } : { firstRow, activeRow };
    const source = searchRows(this.store, this.token, summary, {
      onPage: (found) => {
        if (this.#source === source) this.#takePage(found);
      },
      onProgress: (progress) => {
        if (this.#source !== source) return;
        this.#progress = progress;
        this.requestUpdate();
      },
    });
    this.#source = source;
    source.onDidChange(() => {
      this.requestUpdate();
    });
  }

  #takePage(found: TokenSearch): void {
    if (this.#source?.answered === false) {
      this.store.announce(
        t('{0} rows searched for {1}.', formatCount(found.total), spokenToken(found.token)),
      );
    }
    this.#found = found;
    this.requestUpdate();
  }

  #updateNote(): void {
    this.store.setNote({
      counts: this.#found === null ? '' : t('{0} rows searched', formatCount(this.#found.total)),
      omissions: omittedSentence(this.store.spaces.get('output')?.omitted),
    });
  }

  protected override template(): unknown {
    return html`<section class="page page-search" data-testid="page-search">
      <div class="page-bar">
        <h1 class="page-title search-token" tabindex="-1">${this.#title()}</h1>
        ${this.#spellings()} ${this.#scope()} ${this.#exports()}
      </div>
      ${this.#progressLine()} ${this.#rows()}
    </section>`;
  }

  #title(): unknown {
    const token = this.#found?.token;
    if (token === undefined) return t('Rows for {0}', this.token);
    return html`<span>${t('Rows for')}</span> ${tokenChip(token)}
      <span class="page-kind">#${token.id}</span>`;
  }

  #exports(): unknown {
    const { found, token } = { found: this.#found, token: this.token };
    const { summary } = this.store;
    if (found === null || summary === null) return nothing;
    return exportMenu(() => exportFound(this.store, token, summary, found));
  }

  /** Other tokens that the same word is. */
  #spellings(): unknown {
    const { found, matches } = { found: this.#found, matches: this.#matches.value };
    const text = found?.token.text;
    if (found === null || typeof text !== 'string' || matches === undefined) return nothing;
    const { spellings } = offerTokens(text, false, matches);
    const others = [...found.sameText, ...spellings].filter(({ id }) => id !== found.token.id);
    return others.length === 0
      ? nothing
      : html`<span class="search-spellings" data-testid="spellings"
          >${t('Also')} ${others.map((token) => this.#tokenButton(token))}</span
        >`;
  }

  #tokenButton(token: TokenView): TemplateResult {
    return html`<button
      aria-label=${t('Search {0}', spokenToken(token))}
      @click=${() => {
        this.store.navigate({ page: 'search', token: askFor(token) });
      }}
    >
      ${tokenChip(token)}
    </button>`;
  }

  #scope(): unknown {
    const { summary } = this.store;
    if (summary === null) return nothing;
    const { scope } = this.store.ui.search;
    const names: Readonly<Record<(typeof SEARCH_SCOPES)[number], string>> = {
      all: t('all'),
      promote: t('that promote it: {0}', kindsOf('promote', summary).join(', ')),
      detect: t('that detect it: {0}', kindsOf('detect', summary).join(', ')),
    };
    const kinds = searchedKinds(summary);
    const present = [...SEARCH_SCOPES, ...kinds].some((name) => name === scope);
    const options = [
      ...SEARCH_SCOPES.map((name) => ({ value: name, label: names[name] })),
      ...kinds.map((kind) => ({ value: kind, label: kind })),
    ];
    return html`<div class="search-scope">
      <span class="option-label" aria-hidden="true">${t('Rows')}</span>
      <ttk-dropdown
        aria-label=${t('Rows')}
        data-testid="search-scope"
        .value=${present ? scope : 'all'}
        @change=${(event: Event) => {
          const chosen = (event.target as ValueControl).value;
          const found = options.find(({ value }) => value === chosen);
          if (found !== undefined) this.#setSearch({ scope: found.value });
        }}
      >
        ${options.map(
          ({ value, label }) =>
            html`<ttk-option value=${value} ?selected=${value === scope}>${label}</ttk-option>`,
        )}
      </ttk-dropdown>
    </div>`;
  }

  #setSearch(change: Partial<SearchState>): void {
    this.store.setUi({ search: { ...this.store.ui.search, ...change } });
  }

  #progressLine(): unknown {
    const source = this.#source;
    if (source === null || source.answered || source.cancelled || source.failure !== undefined) {
      return nothing;
    }
    return html`<div class="search-progress" data-testid="search-progress">
      <ttk-progress-ring aria-label=${t('Searching')}></ttk-progress-ring>
      <span>${describeProgress(this.#progress)}</span>
      <button
        class="footer-button"
        data-testid="search-cancel"
        @click=${() => {
          source.cancel();
          this.store.announce(t('The search is cancelled.'));
        }}
      >
        ${t('Cancel')}
      </button>
    </div>`;
  }

  #rows(): unknown {
    const source = this.#source;
    if (source === null) return nothing;
    const again = {
      label: t('Search again'),
      act: () => {
        source.retry();
      },
    };
    const missing = missingRowsBlock(source);
    if (missing !== nothing && !source.answered) {
      return html`${missing} ${source.failure?.reason === 'unknownToken' ? this.#offers() : nothing}`;
    }
    if (source.cancelled) return emptyBlock(t('The search was cancelled.'), again);
    if (source.answered && source.total === 0) {
      return emptyBlock(t('No row of these kinds has finite scores.'), {
        label: t('Search all rows'),
        act: () => {
          this.#setSearch({ scope: 'all' });
        },
      });
    }
    return html`${missing} ${this.#table(source)}`;
  }

  /** What a word that is no token could mean. */
  #offers(): unknown {
    const matches = this.#matches.value;
    if (matches === undefined) return nothing;
    const { spellings, pieces, nearest } = offerTokens(this.token, false, matches);
    const line = (label: string, tokens: readonly TokenView[]): unknown =>
      tokens.length === 0
        ? nothing
        : html`<p class="search-spellings state">
            ${label} ${tokens.map((token) => this.#tokenButton(token))}
          </p>`;
    return html`<div data-testid="offers">
      ${line(t('Its pieces:'), pieces)}
      ${line(t('Spelled most like it:'), [...spellings, ...nearest])}
    </div>`;
  }

  #table(source: PagedRows<SearchRow>): TemplateResult {
    const { sort, reversed } = this.store.ui.search;
    return html`<vs-table
      .columns=${this.#columns}
      .source=${source}
      .label=${t('Rows that score the token')}
      .sort=${{ by: sort, descending: (sort === 'rank') === reversed }}
      .context=${rowContext}
      .startAt=${this.#startAt}
      .testId=${'search-table'}
      .events=${{
        open: ({ component }: SearchRow) => {
          this.store.navigate({ page: 'row', component });
        },
        sort: ({ by }: TableSort) => {
          const wanted = SEARCH_SORTS.find((name) => name === by) ?? sort;
          this.#setSearch({ sort: wanted, reversed: wanted === sort && !reversed });
        },
        moved: (place: Pick<TableState, 'firstRow' | 'activeRow'>) => {
          this.store.setTable(this.#key, place);
        },
        copy: (row: SearchRow | undefined) => this.#copy(row),
      }}
    ></vs-table>`;
  }

  #copy(row: SearchRow | undefined): string | undefined {
    const { summary, options } = this.store;
    const found = this.#found;
    return summary === null || found === null || row === undefined
      ? undefined
      : searchAsText(found.token, [row], { summary, options });
  }
}

function describeProgress(progress: Progress | null): string {
  if (progress === null) return t('Searching…');
  const { done, total, unit } = progress;
  const amount = unit === 'bytes' ? formatBytes : formatCount;
  return unit === 'bytes'
    ? t('Weights read: {0} of {1}', amount(done), amount(total))
    : t('Rows judged: {0} of {1}', amount(done), amount(total));
}

declare global {
  interface HTMLElementTagNameMap {
    'vs-search-view': SearchView;
  }
}
