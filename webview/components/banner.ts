import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { customElement } from 'lit/decorators.js';
import type { PanelAction } from '../../src/protocol/panelApi';
import { t } from '../l10n';
import { icon } from './icon';
import type { BannerKind } from '../state/panelStore';
import { StoreElement } from './lightElement';

interface BannerText {
  readonly sentence: string;
  readonly button?: { readonly label: string; readonly action: PanelAction };
  readonly dismissable: boolean;
}

/** What happened to engine or file, above results that stay readable. */
@customElement('vs-banner')
export class Banner extends StoreElement {
  protected override template(): unknown {
    const { banner } = this.store;
    return html`<div role="status">
      ${banner === null ? nothing : this.#shown(this.#text(banner))}
    </div>`;
  }

  #text(banner: BannerKind): BannerText {
    switch (banner) {
      case 'restarted':
        return {
          sentence: t('The engine stopped and was started again. What you see is still valid.'),
          button: { label: t('Show log'), action: 'showLog' },
          dismissable: true,
        };
      case 'failed':
        return {
          sentence: t('The engine does not run: nothing new can be read. The log says why.'),
          button: { label: t('Show log'), action: 'showLog' },
          dismissable: false,
        };
      case 'changed':
        return {
          sentence: t('The file changed on disk. What you see is of its former content.'),
          button: { label: t('Reload'), action: 'reload' },
          dismissable: true,
        };
      case 'gone':
        return {
          sentence: t(
            'The file is no longer where it was. What you see is of its former content; put it back, then reload.',
          ),
          button: { label: t('Reload'), action: 'reload' },
          dismissable: true,
        };
      case 'otherChanged':
        return {
          sentence: t(
            'The file of {0} changed on disk. What you see is of its former content.',
            this.store.otherName,
          ),
          button: { label: t('Reload'), action: 'reloadOthers' },
          dismissable: true,
        };
      case 'otherGone':
        return {
          sentence: t(
            'The file of {0} is no longer where it was. What you see is of its former content; put it back, then reload.',
            this.store.otherName,
          ),
          button: { label: t('Reload'), action: 'reloadOthers' },
          dismissable: true,
        };
    }
  }

  #shown({ sentence, button, dismissable }: BannerText): TemplateResult {
    return html`<div class="banner" data-testid="banner">
      ${icon('warning')}
      <span class="banner-text">${sentence}</span>
      ${
        button === undefined
          ? nothing
          : html`<ttk-button
              @click=${() => {
                this.store.host.act(button.action);
              }}
              >${button.label}</ttk-button
            >`
      }
      ${
        dismissable
          ? html`<ttk-button
              appearance="icon"
              aria-label=${t('Dismiss')}
              @click=${() => {
                this.store.dismissBanner();
              }}
              >${icon('close')}</ttk-button
            >`
          : nothing
      }
    </div>`;
  }
}
