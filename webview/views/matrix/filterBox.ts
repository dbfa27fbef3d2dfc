import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { parseRowFilter } from '../../format/rowFilter';
import { t } from '../../l10n';
import type { ValueControl } from '../../components/toolkit';

/** The box in which rows are filtered, and what in it cannot be read. Escape empties it. */
export function filterBox(filter: string, setFilter: (filter: string) => void): TemplateResult {
  const parsed = parseRowFilter(filter);
  return html`<search class="filter-box">
    <ttk-text-field
      class="labelled-inside"
      placeholder=${t('Filter: she, token:" she", z>3, norm<1')}
      data-testid="row-filter"
      .value=${filter}
      @input=${(event: Event) => {
        setFilter((event.target as ValueControl).value);
      }}
      @keydown=${(event: KeyboardEvent) => {
        if (event.key !== 'Escape' || filter === '') return;
        setFilter('');
        event.stopPropagation();
      }}
      >${t('Filter rows')}</ttk-text-field
    >
    ${
      'problem' in parsed
        ? html`<p class="filter-problem" role="alert" data-testid="filter-problem">
            ${parsed.problem}
          </p>`
        : nothing
    }
  </search>`;
}
