import { html, nothing } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import { t } from '../l10n';
import { icon } from './icon';
import { isMac, Keys } from './keys';
import { LightElement } from './lightElement';

function keyTable(): readonly (readonly [keys: string, action: string])[] {
  const control = isMac ? '⌘' : 'Ctrl+';
  const history = isMac ? '⌃− ⌃⇧−' : 'Alt+← Alt+→';
  return [
    [t('arrows, Home, End, Page'), t('move within a table, map or tree')],
    [`${control}Home ${control}End`, t('first, last')],
    ['Enter', t('open')],
    [`${control}Enter`, t('open beside')],
    [t('Space'), t('select a row')],
    ['[ ]', t('previous, next row')],
    [history, t('back, forward')],
    [`${control}F /`, t('filter the page')],
    ['g', t('go to a component')],
    ['t', t('find a token: the one in focus, or any')],
    ['b', t('bookmark a row or a head')],
    ['v', t('picture as a table')],
    ['o', t('options')],
    [`${control}C`, t('copy, with header and options')],
    ['Alt+↓', t('others of the same kind (breadcrumbs)')],
    ['Esc', t('close a card, a menu, a filter')],
    ['?', t('these keys')],
  ];
}

/** The keys of the panel, unfolded by its button or by `?`. */
@customElement('vs-key-help')
export class KeyHelp extends LightElement {
  @state() private open = false;

  constructor() {
    super();
    new Keys(this, {
      '?': () => {
        this.#toggle(!this.open);
        return true;
      },
      Escape: () => {
        if (!this.open) return false;
        this.#toggle(false);
        return true;
      },
    });
  }

  protected override template(): unknown {
    return html`<button
        class="icon-button"
        aria-label=${t('Keys')}
        aria-expanded=${String(this.open)}
        data-testid="keys"
        @click=${() => {
          this.#toggle(!this.open);
        }}
      >
        ${icon('keys')}
      </button>
      ${this.open ? this.#card() : nothing}`;
  }

  #card(): unknown {
    return html`<div
      class="key-help"
      role="dialog"
      aria-label=${t('Keys')}
      tabindex="-1"
      data-testid="key-help"
    >
      <table class="plain-table">
        <tbody>
          ${keyTable().map(
            ([keys, action]) =>
              html`<tr>
                <th scope="row">${keys}</th>
                <td>${action}</td>
              </tr>`,
          )}
        </tbody>
      </table>
    </div>`;
  }

  #toggle(open: boolean): void {
    this.open = open;
    void this.updateComplete.then(() => {
      this.querySelector<HTMLElement>(open ? '.key-help' : '.icon-button')?.focus();
    });
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'vs-key-help': KeyHelp;
  }
}
