/** A part of a page that folds: closed, it holds and loads nothing; the panel remembers how it was left. */
import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import type { PanelStore } from '../state/panelStore';
import type { RowSection } from '../state/uiState';

export interface SectionOptions {
  readonly name: RowSection;
  readonly title: string;
  /** Drawn while the section is open. */
  readonly body: () => unknown;
}

/** `<details>` brings the keys and the name that screen readers say. */
export function foldedSection(
  store: PanelStore,
  { name, title, body }: SectionOptions,
): TemplateResult {
  const isOpen = store.ui.sections[name];
  return html`<details
    class="section section-${name}"
    ?open=${isOpen}
    data-testid="section-${name}"
    @toggle=${(event: Event) => {
      const { open } = event.target as HTMLDetailsElement;
      if (open === store.ui.sections[name]) return;
      store.setUi({ sections: { ...store.ui.sections, [name]: open } });
    }}
  >
    <summary class="section-head"><h2>${title}</h2></summary>
    ${isOpen ? html`<div class="section-body">${body()}</div>` : nothing}
  </details>`;
}
