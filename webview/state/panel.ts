/** The panel's one store: a webview shows one model. */
import type { PanelStore } from './panelStore';

let current: PanelStore | undefined;

/** Called once, before any element is made. */
export function providePanel(store: PanelStore): void {
  current = store;
}

/** The store that every element shares. */
export function panel(): PanelStore {
  if (current === undefined) throw new Error('The panel is not provided yet.');
  return current;
}
