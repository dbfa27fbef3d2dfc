/** What the words of the panel mean, and numbers with their full value. */
import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import type { ReadingOptions } from '../../src/core/projection/options';
import { GLOSSARY } from '../../src/core/model/glossary';
import type { GlossaryId } from '../../src/core/model/glossary';
import type { GlossaryEntry } from '../../src/core/model/glossaryEntry';
import type { RowKind } from '../../src/core/model/componentId';
import type { ControlSummary } from '../../src/protocol/reading';
import { DIGITS, formatDecimal, formatFull } from '../format/numbers';
import { describeOptions } from '../format/options';
import { t } from '../l10n';

const KIND_ENTRIES: Readonly<Record<RowKind, GlossaryId>> = {
  ...{ E: 'embedding', U: 'unembedding', P: 'position', C: 'classifierRow' },
  ...{ 'FF.K': 'ffKey', 'FF.Up': 'ffUp', 'FF.V': 'ffValue' },
  ...{ Q: 'subheadReading', K: 'subheadReading', V: 'subheadReading', O: 'subheadWriting' },
};

/** A term and what it means, with formula and source. */
export function definition(id: GlossaryId): TemplateResult {
  const { term, definition: meaning, formula, source }: GlossaryEntry = GLOSSARY[id];
  return html`<div class="definition">
    <p><strong>${t(term)}</strong> ${t(meaning)}</p>
    ${formula === undefined ? nothing : html`<p class="formula">${formula}</p>`}
    ${source === undefined ? nothing : html`<p class="source">${source}</p>`}
  </div>`;
}

/** What a kind of rows is. */
export function kindDefinition(kind: RowKind): TemplateResult {
  return definition(KIND_ENTRIES[kind]);
}

export interface NumberCard {
  readonly id: GlossaryId;
  readonly value: number | null;
  readonly options: ReadingOptions;
  /** The control of numbers that have one. */
  readonly control?: { readonly summary: ControlSummary | undefined; readonly centered: boolean };
}

/** A number's full value, meaning, control and the options that it holds under. */
export function numberCard({ id, value, options, control }: NumberCard): TemplateResult {
  return html`${value === null ? nothing : html`<p class="full-value">${formatFull(value)}</p>`}
    ${definition(id)}
    ${control?.summary === undefined ? nothing : controlLine(control.summary, control.centered)}
    <p class="card-options">${describeOptions(options)}</p>`;
}

/** The control in one line: `Control: 0.1 ± 0.2 over 256 random directions`. */
function controlLine(control: ControlSummary, centered: boolean): TemplateResult {
  const mean = centered ? control.kurtosisCenteredMean : control.kurtosisMean;
  const std = centered ? control.kurtosisCenteredStd : control.kurtosisStd;
  return html`<p class="control-line">
    ${t(
      'Control: kurtosis {0} ± {1} over {2} random directions',
      formatDecimal(mean, DIGITS.score),
      formatDecimal(std, DIGITS.score),
      control.directions,
    )}
  </p>`;
}
