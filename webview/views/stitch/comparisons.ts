/** The best of each curve beside the same without what is questioned. */
import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import type { GlossaryId } from '../../../src/core/model/glossary';
import type { StitchPoint } from '../../../src/protocol/stitch';
import { formatAccuracy, NOT_COMPUTED } from '../../format/numbers';
import { accuracyText, bestOf, comparedPoints, comparisonTitle } from '../../format/stitch';
import type { StitchFindings } from '../../format/stitch';
import { t } from '../../l10n';
import { STITCH_ASKED } from '../../state/stitchState';
import type { StitchAsked, StitchComparison } from '../../state/stitchState';
import { definition } from '../../components/definition';
import { hover } from '../../components/hover';

const ENTRIES: Readonly<Record<StitchComparison, GlossaryId>> = {
  none: 'stitchAccuracy',
  calibrated: 'stitchCalibrated',
  trainedTokens: 'stitchTrainedTokens',
  translated: 'stitchTranslated',
  headAlone: 'stitchHeadAlone',
  control: 'stitchControl',
};
const COMPARED = ['calibrated', ...STITCH_ASKED, 'control'] as const;

function bestText(points: readonly StitchPoint[]): string {
  const best = bestOf(points);
  return best === undefined ? NOT_COMPUTED : t('{0}, k {1}', accuracyText(best), best.keep);
}

/** In two parts: the interval stands beneath where a column is narrow. */
function bestCell(points: readonly StitchPoint[]): unknown {
  const best = bestOf(points);
  if (best === undefined) return NOT_COMPUTED;
  const { accuracy, low, high, keep } = best;
  return html`<span class="compared-part">${t('{0}, k {1}', formatAccuracy(accuracy), keep)}</span>
    <span class="compared-part compared-interval"
      >${t('({0} to {1})', formatAccuracy(low), formatAccuracy(high))}</span
    >`;
}

function measureButton(
  asked: StitchAsked | undefined,
  measure: (asked: StitchAsked) => void,
): unknown {
  return asked === undefined
    ? nothing
    : html`<button
        class="recipe-button"
        aria-label=${t('Measure {0}', comparisonTitle(asked))}
        data-testid="measure-${asked}"
        @click=${(event: Event) => {
          // The button goes: the focus stays in its row.
          (event.currentTarget as HTMLElement).closest('th')?.focus();
          measure(asked);
        }}
      >
        ${t('Measure')}
      </button>`;
}

/**
 * One row for each way of stitching, one column for each n; those that wait to be asked for have a button.
 * @param onTheirWay what is asked for already
 */
export function comparisonTable(
  found: StitchFindings,
  onTheirWay: readonly StitchAsked[],
  measure: (asked: StitchAsked) => void,
): TemplateResult {
  const { curve, headAlone } = found.plain;
  const transplants = [...new Set(curve.map(({ transplant }) => transplant))];
  const row = (comparison: StitchComparison, points: readonly StitchPoint[]): TemplateResult =>
    html`<tr>
      <th scope="row" tabindex="-1">
        <span tabindex="0" ${hover(() => definition(ENTRIES[comparison]))}
          >${comparison === 'none' ? t('plain') : comparisonTitle(comparison)}</span
        >
        ${
          points.length === 0
            ? measureButton(
                STITCH_ASKED.find((asked) => asked === comparison && !onTheirWay.includes(asked)),
                measure,
              )
            : nothing
        }
      </th>
      ${transplants.map(
        (n) =>
          html`<td class="numeric">
            ${bestCell(points.filter(({ transplant }) => transplant === n))}
          </td>`,
      )}
    </tr>`;
  return html`<div
      class="stitch-compared"
      tabindex="0"
      role="region"
      aria-label=${t('Best of each curve')}
    >
      <table class="plain-table" data-testid="stitch-compared">
        <caption>
          ${t('Best of each curve')}
        </caption>
        <thead>
          <tr>
            <td></td>
            ${transplants.map((n) => html`<th scope="col" class="numeric">n = ${n}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${row('none', curve)}
          ${COMPARED.map((comparison) => row(comparison, comparedPoints(found, comparison)))}
        </tbody>
      </table>
    </div>
    <p class="stitch-note">
      <span tabindex="0" ${hover(() => definition('stitchHeadAlone'))}
        >${t('A’s head alone (n = 0) at best {0}.', bestText(headAlone))}</span
      >
    </p>`;
}
