import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { customElement } from 'lit/decorators.js';
import type { PanelLocation } from '../../src/protocol/panelApi';
import { t } from '../l10n';
import { sameLocation } from '../state/history';
import { PAGES } from '../views/registry';
import './banner';
import { bindBookmarkKey } from './bookmarkButton';
import './breadcrumbs';
import { onCopySelection } from './copySelection';
import './findBox';
import './footer';
import './hoverCard';
import { icon } from './icon';
import './keyHelp';
import { isMac, Keys, pressKey } from './keys';
import { StoreElement } from './lightElement';
import './optionsBar';
import { failureBlock, skeletonLines } from './stateBlocks';
import './tree';

/** The frame around every page: history, breadcrumbs, options, tree, footer. */
@customElement('vs-panel')
export class PanelShell extends StoreElement {
  #shown: PanelLocation | null = null;

  constructor() {
    super();
    const go = (by: -1 | 1) => (): boolean => {
      if (!this.store.canGo(by)) return false;
      this.store.go(by);
      return true;
    };
    new Keys(this, {
      'Alt+ArrowLeft': go(-1),
      'Alt+ArrowRight': go(1),
      ...(isMac ? { 'Control+-': go(-1), 'Control+_': go(1) } : {}),
      'Ctrl+Enter': () => this.#openBeside(),
    });
    bindBookmarkKey(this);
    this.store.onPress = pressKey;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    document.addEventListener('copy', onCopySelection);
    window.addEventListener('focus', this.#onWindowFocus);
    window.addEventListener('blur', this.#onWindowBlur);
    if (document.hasFocus()) this.store.host.setFocus(true);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    document.removeEventListener('copy', onCopySelection);
    window.removeEventListener('focus', this.#onWindowFocus);
    window.removeEventListener('blur', this.#onWindowBlur);
  }

  protected override template(): unknown {
    return html`<div class="panel">
      <header class="top-bar">
        ${this.#treeToggle()} ${this.#step(-1, t('Back'))} ${this.#step(1, t('Forward'))}
        <vs-breadcrumbs></vs-breadcrumbs>
        <vs-find-box></vs-find-box>
        ${this.#bookmarksButton()}
        <vs-key-help></vs-key-help>
        <vs-hover-card></vs-hover-card>
      </header>
      <vs-options-bar></vs-options-bar>
      <vs-banner></vs-banner>
      <div class="panel-body">${this.#body()}</div>
      <vs-footer></vs-footer>
    </div>`;
  }

  #treeToggle(): unknown {
    if (!this.store.isReadable) return nothing;
    const shown = this.store.ui.treeShown;
    return html`<button
      class="icon-button tree-toggle"
      aria-label=${t('Layers and heads')}
      aria-pressed=${String(shown)}
      data-testid="tree-toggle"
      @click=${() => {
        this.store.setUi({ treeShown: !shown });
      }}
    >
      ${icon('tree')}
    </button>`;
  }

  #bookmarksButton(): unknown {
    if (!this.store.isReadable) return nothing;
    const isHere = this.store.location.page === 'bookmarks';
    return html`<button
      class="icon-button"
      aria-label=${t('Bookmarks')}
      aria-current=${isHere ? 'page' : nothing}
      data-testid="bookmarks"
      @click=${() => {
        this.store.navigate({ page: 'bookmarks' });
      }}
    >
      ${icon('bookmarks')}
    </button>`;
  }

  #step(by: -1 | 1, label: string): TemplateResult {
    return html`<button
      class="icon-button"
      aria-label=${label}
      data-testid=${by === -1 ? 'back' : 'forward'}
      ?disabled=${!this.store.canGo(by)}
      @click=${() => {
        this.store.go(by);
      }}
    >
      ${icon(by === -1 ? 'back' : 'forward')}
    </button>`;
  }

  #body(): unknown {
    const { failure, summary, started } = this.store;
    if (failure !== null) return this.#failed();
    if (!started || summary === null) {
      return html`<main class="page-host">${skeletonLines(10)}</main>`;
    }
    const draw = PAGES[this.store.location.page] ?? PAGES['overview'];
    const showsTree = this.store.ui.treeShown && this.store.isReadable;
    return html`${
        showsTree
          ? html`<aside class="side" aria-label=${t('Layers and heads')}>
              <vs-tree></vs-tree>
            </aside>`
          : nothing
      }
      <main class="page-host">${draw?.(this.store.location)}</main>`;
  }

  #failed(): unknown {
    const { failure } = this.store;
    if (failure === null) return nothing;
    return html`<main class="page-host page-failed" data-testid="page-failed">
      <h1 class="page-title">${t('The model could not be opened')}</h1>
      ${failureBlock(failure, () => {
        void this.store.connect();
      })}
      <div class="state-buttons">
        <ttk-button
          appearance="secondary"
          @click=${() => {
            this.store.host.act('showLog');
          }}
          >${t('Show log')}</ttk-button
        >
        <ttk-button
          appearance="secondary"
          @click=${() => {
            this.store.host.act('openFile');
          }}
          >${t('Open another…')}</ttk-button
        >
      </div>
    </main>`;
  }

  protected override updated(): void {
    if (this.store.summary === null) return;
    const { location } = this.store;
    if (this.#shown !== null && sameLocation(this.#shown, location)) return;
    this.#shown = location;
    void this.#focusPage();
  }

  /** The focus follows where the reader went, unless it stands where it can stay, or went elsewhere meanwhile. */
  async #focusPage(): Promise<void> {
    const page = this.querySelector<StoreElement>('.page-host > *');
    const before = document.activeElement;
    await page?.updateComplete;
    const { activeElement } = document;
    const stays = activeElement !== before || activeElement?.closest('.side, .page-host');
    if (!document.hasFocus() || Boolean(stays)) return;
    page?.focus();
  }

  /** What Enter would open here is opened in a panel beside. */
  #openBeside(): boolean {
    const { activeElement } = document;
    if (!(activeElement instanceof HTMLElement)) return false;
    this.store.besides(() => {
      const enter = new KeyboardEvent('keydown', { key: 'Enter', bubbles: true, cancelable: true });
      if (activeElement.dispatchEvent(enter) && activeElement.matches('button')) {
        activeElement.click();
      }
    });
    return true;
  }

  readonly #onWindowBlur = (): void => {
    this.store.host.setFocus(false);
  };

  readonly #onWindowFocus = (): void => {
    this.store.host.setFocus(true);
    if (document.activeElement === document.body) void this.#focusPage();
  };
}

declare global {
  interface HTMLElementTagNameMap {
    'vs-panel': PanelShell;
  }
}
