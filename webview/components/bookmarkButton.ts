import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { canBookmark, hasRoom, MAX_BOOKMARKS, MAX_NOTE_LENGTH } from '../../src/protocol/bookmarks';
import { formatCount } from '../format/numbers';
import { t } from '../l10n';
import { panel } from '../state/panel';
import { icon } from './icon';
import { Keys } from './keys';
import { StoreElement } from './lightElement';

/** Marks a row or a head, or takes its mark away with a way back. */
export function toggleBookmark(component: string): void {
  const store = panel();
  const undo = store.bookmarks.remove(component);
  if (undo !== undefined) {
    store.offerUndo(t('The bookmark of {0} is removed.', component), undo);
    return;
  }
  if (!hasRoom(store.bookmarks.all, component)) {
    const most = formatCount(MAX_BOOKMARKS);
    store.announce(t('A model has at most {0} bookmarks: remove one first.', most));
    return;
  }
  store.bookmarks.set(component, '');
  store.announce(t('{0} is bookmarked.', component));
}

/** The star of a component that is marked, with its note. */
export function bookmarkStar(component: string): TemplateResult | typeof nothing {
  const bookmark = panel().bookmarks.of(component);
  if (bookmark === undefined) return nothing;
  const label = bookmark.note === '' ? t('bookmarked') : t('bookmarked: {0}', bookmark.note);
  return html`<span class="row-star" role="img" aria-label=${label}>${icon('star')}</span>`;
}

/** The row or head that has the focus: of a table, a tree, a map. */
export function componentInFocus(): string | undefined {
  for (
    let element = document.activeElement?.closest<HTMLElement>('[data-vscode-context]');
    element !== null && element !== undefined;
    element = element.parentElement?.closest<HTMLElement>('[data-vscode-context]')
  ) {
    const said = JSON.parse(element.dataset['vscodeContext'] ?? '{}') as { component?: string };
    if (said.component !== undefined) return said.component;
  }
  return undefined;
}

/** The star of the page of a row or a head, and the note on it. `b` marks whatever has the focus. */
@customElement('vs-bookmark-button')
export class BookmarkButton extends StoreElement {
  @property({ attribute: false }) component = '';

  protected override template(): unknown {
    const { component } = this;
    const bookmark = this.store.bookmarks.of(component);
    return html`<button
        class="icon-button bookmark-button"
        aria-label=${t('Bookmark')}
        aria-pressed=${String(bookmark !== undefined)}
        data-testid="bookmark"
        @click=${() => {
          toggleBookmark(component);
        }}
      >
        ${icon('star')}
      </button>
      ${
        bookmark === undefined
          ? nothing
          : html`<input
              class="text-input bookmark-note"
              type="text"
              maxlength=${MAX_NOTE_LENGTH}
              placeholder=${t('Note')}
              aria-label=${t('Note on {0}', component)}
              data-testid="bookmark-note"
              .value=${bookmark.note}
              @change=${(event: Event) => {
                this.store.bookmarks.set(component, (event.target as HTMLInputElement).value);
                this.store.announce(t('The note is kept.'));
              }}
            />`
      }`;
  }
}

/** `b`: the row or head in focus, else that of the page. */
export function bindBookmarkKey(host: StoreElement): void {
  new Keys(host, {
    b: () => {
      const { page, component } = panel().location;
      const shown = page === 'row' || page === 'head' ? component : undefined;
      const marked = componentInFocus() ?? shown;
      if (marked === undefined || !canBookmark(marked)) return false;
      toggleBookmark(marked);
      return true;
    },
  });
}

declare global {
  interface HTMLElementTagNameMap {
    'vs-bookmark-button': BookmarkButton;
  }
}
