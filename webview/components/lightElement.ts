import { LitElement } from 'lit';
import type { TemplateResult } from 'lit';
import type { PanelStore } from '../state/panelStore';
import { panel } from '../state/panel';
import { failureOf } from '../state/hostClient';
import { failureBlock } from './stateBlocks';

/**
 * Base of all elements. They render into the light DOM, so that context menus find `data-vscode-context`
 * and one style sheet holds everywhere. What fails while drawing is shown in its own place: the rest of the
 * panel stays.
 */
export abstract class LightElement extends LitElement {
  protected override createRenderRoot(): this {
    return this;
  }

  /** What the element shows. */
  protected abstract template(): unknown;

  protected override render(): unknown {
    try {
      return this.template();
    } catch (error) {
      return this.failed(error);
    }
  }

  private failed(error: unknown): TemplateResult {
    return failureBlock(failureOf(error), () => {
      this.requestUpdate();
    });
  }
}

/** An element that is drawn anew when the panel's shared state changes. */
export abstract class StoreElement extends LightElement {
  protected readonly store: PanelStore = panel();
  #stopWatching: (() => void) | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    this.#stopWatching = this.store.onDidChange(() => {
      this.requestUpdate();
    });
    this.requestUpdate();
  }

  /** A page that was left, and whose answers come late, says nothing more of itself. */
  protected override shouldUpdate(): boolean {
    return this.isConnected;
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#stopWatching?.();
  }
}
