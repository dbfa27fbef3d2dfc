import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { customElement } from 'lit/decorators.js';
import { classMap } from 'lit/directives/class-map.js';
import { crumbsOf } from '../format/crumbs';
import type { Crumb, Sibling } from '../format/crumbs';
import { t } from '../l10n';
import { StoreElement } from './lightElement';
import './menuButton';
import type { MenuItem } from './menuButton';

/** Parts that narrow panels show: the first and two at the end. */
const SHOWN = 3;

/** The way to the page: each part leads there, or to what could stand in its place (Alt+Down). */
@customElement('vs-breadcrumbs')
export class Breadcrumbs extends StoreElement {
  protected override template(): unknown {
    const { summary } = this.store;
    if (summary === null) return nothing;
    const crumbs = crumbsOf(this.store.location, summary);
    return html`<nav aria-label=${t('Breadcrumbs')} data-testid="breadcrumbs">
      <ol class="crumbs">
        ${crumbs.map(
          (crumb, at) =>
            html`${at === 1 ? this.#hidden(crumbs.slice(1, -1), crumbs.length > SHOWN) : nothing}
            ${this.#crumb(crumb, at === crumbs.length - 1)}`,
        )}
      </ol>
    </nav>`;
  }

  #crumb(crumb: Crumb, isLast: boolean): TemplateResult {
    return html`<li class="crumb" @keydown=${this.#onKeydown}>
      ${this.#part(crumb, isLast)}
      ${
        crumb.siblings.length > 1
          ? html`<vs-menu-button
              .name=${t('Other than {0}', crumb.label)}
              .label=${crumb.location === undefined && !isLast ? crumb.label : ''}
              .items=${() => crumb.siblings.map((to) => this.#leadTo(to))}
              .testId=${`crumb-menu-${crumb.label}`}
            ></vs-menu-button>`
          : nothing
      }
    </li>`;
  }

  /** Where there is little room, what stands in the middle is in a menu; the style sheet knows when. */
  #hidden(crumbs: readonly Crumb[], isLong: boolean): TemplateResult | typeof nothing {
    if (crumbs.length === 0) return nothing;
    return html`<li
      class=${classMap({ crumb: true, 'crumb-more': true, 'crumb-more-long': isLong })}
    >
      <vs-menu-button
        .name=${t('More of the way')}
        .label=${'…'}
        .items=${() => crumbs.flatMap(({ siblings }) => siblings.map((to) => this.#leadTo(to)))}
        .testId=${'crumb-more'}
      ></vs-menu-button>
    </li>`;
  }

  #leadTo({ label, location, current }: Sibling): MenuItem {
    return {
      label,
      checked: current,
      act: () => {
        this.store.navigate(location);
      },
    };
  }

  #part({ label, location, siblings }: Crumb, isLast: boolean): unknown {
    if (isLast) return html`<span class="crumb-here" aria-current="page">${label}</span>`;
    if (location === undefined) return siblings.length > 1 ? nothing : html`<span>${label}</span>`;
    return html`<button
      class="crumb-link"
      @click=${() => {
        this.store.navigate(location);
      }}
    >
      ${label}
    </button>`;
  }

  readonly #onKeydown = (event: KeyboardEvent): void => {
    if (!(event.altKey && event.key === 'ArrowDown')) return;
    const crumb = event.currentTarget as HTMLElement;
    crumb.querySelector<HTMLElement>('.menu-button[aria-expanded="false"]')?.click();
    event.preventDefault();
    event.stopPropagation();
  };
}

declare global {
  interface HTMLElementTagNameMap {
    'vs-breadcrumbs': Breadcrumbs;
  }
}
