import { html } from 'lit';
import type { TemplateResult } from 'lit';
import type { PanelStore } from '../../state/panelStore';

/** The id of another row, which leads to its page. */
export function rowLink(store: PanelStore, component: string): TemplateResult {
  return html`<button
    class="link-button row-link"
    data-component=${component}
    @click=${() => {
      store.navigate({ page: 'row', component });
    }}
  >
    ${component}
  </button>`;
}
