import { html } from 'lit';
import { customElement } from 'lit/decorators.js';
import { t } from '../../l10n';
import { StoreElement } from '../../components/lightElement';
import './tensorTable';

/** The page of all tensors. */
@customElement('vs-tensors-view')
export class TensorsView extends StoreElement {
  override focus(): void {
    this.querySelector<HTMLElement>('vs-tensor-table')?.focus();
  }

  protected override template(): unknown {
    return html`<section class="page page-tensors" data-testid="page-tensors">
      <h1 class="page-title" tabindex="-1">${t('Tensors')}</h1>
      <vs-tensor-table></vs-tensor-table>
    </section>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'vs-tensors-view': TensorsView;
  }
}
