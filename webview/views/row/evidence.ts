import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { GlossaryId } from '../../../src/core/model/glossary';
import type { ControlSummary, RowReading } from '../../../src/protocol/reading';
import { DIGITS, formatCount, formatDecimal } from '../../format/numbers';
import { t } from '../../l10n';
import { definition, numberCard } from '../../components/definition';
import { hover } from '../../components/hover';
import { icon } from '../../components/icon';
import { StoreElement } from '../../components/lightElement';
import { Roving } from '../../components/roving';
import { statistic, zValue } from '../../components/rowColumns';

interface Evidence {
  readonly id: GlossaryId;
  readonly label: string;
  readonly value: number | null;
  readonly digits: number;
  /** The control's same number: mean ± std. */
  readonly control?: readonly [mean: number, std: number];
}

/** The numbers of a row, each beside what random directions have. */
@customElement('vs-evidence')
export class EvidenceView extends StoreElement {
  @property({ attribute: false }) reading: RowReading | null = null;
  @property({ attribute: false }) control: ControlSummary | undefined;

  constructor() {
    super();
    this.addController(new Roving(this, { items: '.evidence-value' }));
  }

  protected override template(): unknown {
    const { reading } = this;
    if (reading === null) return nothing;
    return html`<table class="evidence" aria-label=${t('Evidence')} data-testid="evidence">
        <thead class="sr-only">
          <tr>
            <th scope="col">${t('Measure')}</th>
            <th scope="col">${t('This row')}</th>
            <th scope="col">${t('Random directions')}</th>
          </tr>
        </thead>
        <tbody>
          ${this.#numbers(reading).map((number) => this.#row(number, reading.nonFinite))}
        </tbody>
      </table>
      ${
        reading.nonFinite === 0
          ? nothing
          : html`<p class="evidence-warning" ${hover(() => definition('nonFinite'))}>
              ${icon('warning')}
              ${t('{0} scores are NaN or infinite and take no part.', formatCount(reading.nonFinite))}
            </p>`
      }`;
  }

  #numbers(reading: RowReading): readonly Evidence[] {
    const { control } = this;
    const centered =
      control === undefined
        ? {}
        : { control: [control.kurtosisCenteredMean, control.kurtosisCenteredStd] as const };
    const raw =
      control === undefined
        ? {}
        : { control: [control.kurtosisMean, control.kurtosisStd] as const };
    const { score, moment, norm } = DIGITS;
    return [
      { id: 'z', label: t('z'), value: reading.z, digits: DIGITS.z },
      ...[
        {
          id: 'kurtosis' as const,
          label: t('Kurtosis'),
          value: reading.kurtosisCentered,
          digits: moment,
          ...centered,
        },
      ],
      ...[
        {
          id: 'rawKurtosis' as const,
          label: t('Raw kurtosis'),
          value: reading.kurtosis,
          digits: moment,
          ...raw,
        },
      ],
      { id: 'skewness', label: t('Skewness'), value: reading.skewness, digits: moment },
      { id: 'norm', label: t('Norm'), value: reading.norm, digits: norm },
      { id: 'mean', label: t('Mean score'), value: reading.mean, digits: score },
      { id: 'std', label: t('Deviation'), value: reading.std, digits: score },
    ];
  }

  #row({ id, label, value, digits, control }: Evidence, nonFinite: number): TemplateResult {
    const isMoment = id === 'z' || id === 'kurtosis' || id === 'rawKurtosis';
    const card = (): TemplateResult =>
      numberCard({
        ...{ id, value, options: this.store.options },
        ...(isMoment ? { control: { summary: this.control, centered: id !== 'rawKurtosis' } } : {}),
      });
    return html`<tr>
      <th scope="row">${label}</th>
      <td class="numeric evidence-value" tabindex="-1" ${hover(card)}>
        ${id === 'z' ? zValue(value, nonFinite) : statistic(value, digits, nonFinite)}
      </td>
      <td class="evidence-control">
        ${id === 'z' ? this.#versus() : nothing}
        ${
          control === undefined
            ? nothing
            : t(
                'vs {0} ± {1}',
                formatDecimal(control[0], DIGITS.score),
                formatDecimal(control[1], DIGITS.score),
              )
        }
      </td>
    </tr>`;
  }

  #versus(): string {
    const directions = this.control?.directions;
    return directions === undefined ? '' : t('vs {0} random', formatCount(directions));
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'vs-evidence': EvidenceView;
  }
}
