import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { customElement } from 'lit/decorators.js';
import { classMap } from 'lit/directives/class-map.js';
import { repeat } from 'lit/directives/repeat.js';
import { formatHeadMatrixId, headMatrixRef } from '../../src/core/model/headMatrixId';
import { canBookmark } from '../../src/protocol/bookmarks';
import { placeOf } from '../format/components';
import { t } from '../l10n';
import { TreeRowLoader } from '../state/treeRowLoader';
import { ancestorsOf, flattenTree } from '../state/treeModel';
import type { FlatNode } from '../state/treeModel';
import { MAX_EXPANDED } from '../state/uiState';
import { bookmarkStar } from './bookmarkButton';
import { icon } from './icon';
import { chordOf } from './keys';
import { StoreElement } from './lightElement';
import { rowContext } from './rowColumns';
import { tokenChips } from './tokenChip';
import { VirtualRows } from './virtualRows';
import { styled } from './styled';

/** Layers, heads and feed-forward of the model down to rows, in words. One tab stop. */
@customElement('vs-tree')
export class Tree extends StoreElement {
  #nodes: readonly FlatNode[] = [];
  #active = 0;
  #followed = '';
  #toReveal = false;
  readonly #loader = new TreeRowLoader(this.store);
  readonly #rows: VirtualRows = new VirtualRows(this, {
    scroller: () => this.querySelector('.tree'),
    count: () => this.#nodes.length,
    rowHeight: (fontSize) => Math.max(22, 1.7 * fontSize),
  });

  override connectedCallback(): void {
    super.connectedCallback();
    this.#loader.onLoaded = () => {
      this.requestUpdate();
    };
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#loader.dispose();
  }

  protected override willUpdate(): void {
    const { summary } = this.store;
    if (summary === null) return;
    this.#follow();
    const expanded = new Set(this.store.ui.expanded);
    this.#loader.want(this.store.ui.expanded.filter((id) => placeOf(id) !== undefined));
    this.#nodes = flattenTree(summary, expanded, this.#loader);
    const here = this.#toReveal ? this.#nodes.findIndex(({ id }) => id === this.#followed) : -1;
    if (here !== -1 && !this.contains(document.activeElement)) this.#active = here;
    this.#active = Math.max(0, Math.min(this.#active, this.#nodes.length - 1));
  }

  protected override updated(): void {
    if (!this.#toReveal) return;
    this.#toReveal = false;
    this.#rows.reveal(this.#active);
  }

  /** Unfolds the way to the table that the page shows, when the page changes. */
  #follow(): void {
    const component = this.store.location.component ?? '';
    const head = headMatrixRef(component);
    const own = head === undefined ? undefined : formatHeadMatrixId(head);
    const matrix = own ?? placeOf(component)?.matrix ?? '';
    if (matrix === this.#followed) return;
    this.#followed = matrix;
    this.#toReveal = true;
    const missing = ancestorsOf(matrix).filter((id) => !this.store.ui.expanded.includes(id));
    if (missing.length > 0) this.#setExpanded([...this.store.ui.expanded, ...missing]);
  }

  protected override template(): unknown {
    return html`<div
      class="tree"
      role="tree"
      aria-label=${t('Layers and heads')}
      data-testid="tree"
      ${styled({ '--row-height': `${this.#rows.rowHeight}px` })}
      @keydown=${this.#onKeydown}
    >
      <div class="tree-body" role="presentation" ${styled({ height: `${this.#rows.height}px` })}>
        ${repeat(
          this.#rows.mounted(this.#active),
          (index) => this.#nodes[index]?.id,
          (index) => this.#item(index),
        )}
      </div>
    </div>`;
  }

  #item(index: number): TemplateResult | typeof nothing {
    const node = this.#nodes[index];
    if (node === undefined) return nothing;
    const isHere = node.id === this.store.location.component;
    const indent = { '--level': String(node.level) };
    return html`<div
      class=${classMap({ 'tree-item': true, here: isHere })}
      role="treeitem"
      aria-level=${node.level}
      aria-posinset=${node.position}
      aria-setsize=${node.siblings}
      aria-expanded=${node.expanded === null ? nothing : String(node.expanded)}
      aria-selected=${String(isHere)}
      tabindex=${index === this.#active ? 0 : -1}
      data-index=${index}
      data-testid="tree-item"
      data-component=${node.id}
      data-vscode-context=${canBookmark(node.id) ? rowContext({ component: node.id }) : nothing}
      ${styled({ transform: `translateY(${this.#rows.rowTop(index)}px)`, ...indent })}
      @click=${() => {
        this.#open(index, true);
      }}
      @focus=${() => {
        this.#active = index;
        this.requestUpdate();
      }}
    >
      <span
        class="tree-twistie"
        @click=${(event: MouseEvent) => {
          event.stopPropagation();
          this.#toggle(node);
        }}
        >${node.expanded === null ? nothing : icon(node.expanded ? 'down' : 'right')}</span
      ><span class="tree-label">${node.label}</span>${
        canBookmark(node.id) ? bookmarkStar(node.id) : nothing
      }${
        node.tokens === undefined
          ? nothing
          : html`<span class="tree-tokens">${tokenChips(node.tokens)}</span>`
      }
    </div>`;
  }

  #open(index: number, byPointer: boolean): void {
    const node = this.#nodes[index];
    if (node === undefined) return;
    this.#active = index;
    if (node.kind === 'group') this.#toggle(node);
    else if (node.kind === 'more' && node.matrix !== undefined) this.#loader.showMore(node.matrix);
    else this.store.navigate({ page: node.kind, component: node.id });
    if (byPointer) this.requestUpdate();
  }

  #toggle(node: FlatNode): void {
    if (node.expanded === null) return;
    const { expanded } = this.store.ui;
    this.#setExpanded(
      node.expanded ? expanded.filter((id) => id !== node.id) : [...expanded, node.id],
    );
  }

  #setExpanded(expanded: readonly string[]): void {
    this.store.setUi({ expanded: expanded.slice(-MAX_EXPANDED) });
  }

  readonly #onKeydown = (event: KeyboardEvent): void => {
    const node = this.#nodes[this.#active];
    const chord = chordOf(event);
    const last = this.#nodes.length - 1;
    const page = this.#rows.rowsInView;
    const moves: Readonly<Record<string, number>> = {
      ArrowDown: this.#active + 1,
      ArrowUp: this.#active - 1,
      Home: 0,
      End: last,
      'Ctrl+Home': 0,
      'Ctrl+End': last,
      PageDown: this.#active + page,
      PageUp: this.#active - page,
    };
    const target = Object.hasOwn(moves, chord) ? moves[chord] : undefined;
    if (target !== undefined) void this.#focusItem(Math.max(0, Math.min(last, target)));
    else if (node === undefined || !this.#onNodeKey(chord, node)) return;
    event.preventDefault();
    event.stopPropagation();
  };

  /** @returns whether the key means something on this node. */
  #onNodeKey(chord: string, node: FlatNode): boolean {
    if (chord === 'Enter' || chord === ' ') {
      this.#open(this.#active, false);
    } else if (chord === 'ArrowRight' && node.expanded === false) {
      this.#toggle(node);
    } else if (chord === 'ArrowRight' && node.expanded === true) {
      void this.#focusItem(this.#active + 1);
    } else if (chord === 'ArrowLeft' && node.expanded === true) {
      this.#toggle(node);
    } else if (chord === 'ArrowLeft') {
      const parent = this.#nodes.findIndex(({ id }) => id === node.parent);
      if (parent !== -1) void this.#focusItem(parent);
    } else {
      return false;
    }
    return true;
  }

  async #focusItem(index: number): Promise<void> {
    this.#active = index;
    this.#rows.reveal(index);
    await this.updateComplete;
    this.querySelector<HTMLElement>(`[data-index="${index}"]`)?.focus({ preventScroll: true });
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'vs-tree': Tree;
  }
}
