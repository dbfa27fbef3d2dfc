/** Tables and rows step by step: how far they moved, how readable they are, what they say. */
import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import type {
  RowStep,
  StepChange,
  StepName,
  StepsResult,
  TableStep,
} from '../../../src/protocol/steps';
import { shortRowName } from '../../format/components';
import {
  DIGITS,
  formatCount,
  formatDecimal,
  formatShare,
  NOT_COMPUTED,
} from '../../format/numbers';
import { speakingSide } from '../../format/sentence';
import { changeAt, formatChange, METRIC_ENTRIES, shareOf, stepText } from '../../format/steps';
import { t } from '../../l10n';
import { STEP_METRICS } from '../../state/stepsState';
import { definition, numberCard } from '../../components/definition';
import { hover } from '../../components/hover';
import { icon } from '../../components/icon';
import { sideTokens, zValue } from '../../components/rowColumns';
import type { ReadingOptions } from '../../../src/core/projection/options';

/** Characters that the tokens of a row may take, and those of one of several rows. */
const ROW_CHARACTERS = 60;
const READABLE_CHARACTERS = 18;

export interface StepTablesContext {
  readonly options: ReadingOptions;
  /** Shows a component of this model, the last step. */
  readonly open: (component: string) => void;
  /** Shows a component as it was at a step, in that step's own panel. */
  readonly openAt: (step: number, component: string) => void;
  readonly remove: (component: string) => void;
}

/** A column beside those that all have. */
interface Further<Point> {
  readonly title: string;
  readonly numeric: boolean;
  readonly describe: () => TemplateResult;
  readonly cell: (point: Point) => unknown;
}

interface Shown<Point extends StepChange> {
  readonly component: string;
  readonly points: readonly Point[];
  readonly further: readonly Further<Point>[];
}

function standOut(point: TableStep): unknown {
  const share = shareOf(point);
  if (share === null) return NOT_COMPUTED;
  return html`${formatCount(point.readability?.standOut ?? 0)} (${formatShare(share)})`;
}

function readable(matrix: string, { readability }: TableStep): unknown {
  return (readability?.readable ?? []).map(
    (row) =>
      html`<span class="step-readable"
        ><span class="row-name">${shortRowName(row.component, matrix)}</span> ${sideTokens(
          row,
          speakingSide(row),
          READABLE_CHARACTERS,
        )}</span
      >`,
  );
}

function tableColumns(matrix: string): readonly Further<TableStep>[] {
  return [
    {
      ...{ title: t('Stand out'), numeric: true, cell: standOut },
      describe: () => definition('standsOut'),
    },
    {
      ...{ title: t('Mean kurtosis'), numeric: true },
      describe: () => definition('kurtosis'),
      cell: ({ readability }) =>
        readability === null
          ? NOT_COMPUTED
          : formatDecimal(readability.meanKurtosis, DIGITS.moment),
    },
    {
      ...{ title: t('Most readable rows'), numeric: false },
      describe: () => definition('z'),
      cell: (point) => readable(matrix, point),
    },
  ];
}

function rowColumns(options: ReadingOptions): readonly Further<RowStep>[] {
  return [
    {
      ...{ title: t('z'), numeric: true },
      describe: () => definition('z'),
      cell: ({ reading: { z, nonFinite } }) =>
        html`<span tabindex="0" ${hover(() => numberCard({ id: 'z', value: z, options }))}
          >${zValue(z, nonFinite)}</span
        >`,
    },
    {
      ...{ title: t('Tokens'), numeric: false },
      describe: () => definition('speaks'),
      cell: ({ reading }) => sideTokens(reading, speakingSide(reading), ROW_CHARACTERS),
    },
  ];
}

function head<Point extends StepChange>(further: readonly Further<Point>[]): TemplateResult {
  const title = (text: string, describe: () => TemplateResult): TemplateResult =>
    html`<th scope="col" class="numeric"><span tabindex="0" ${hover(describe)}>${text}</span></th>`;
  return html`<tr>
    <th scope="col">${t('Step')}</th>
    ${title(t('Norm'), () => definition('norm'))}
    ${STEP_METRICS.map((metric) =>
      title(shortTitle(metric), () => definition(METRIC_ENTRIES[metric])),
    )}
    ${further.map(
      ({ title: text, numeric, describe }) =>
        html`<th scope="col" class=${numeric ? 'numeric' : nothing}>
          <span tabindex="0" ${hover(describe)}>${text}</span>
        </th>`,
    )}
  </tr>`;
}

function shortTitle(metric: (typeof STEP_METRICS)[number]): string {
  const titles = {
    relative: t('Relative'),
    sinceFirst: t('Since first'),
    sincePrevious: t('Since previous'),
  };
  return titles[metric];
}

function body<Point extends StepChange>(
  steps: readonly StepName[],
  { component, points, further }: Shown<Point>,
  { openAt }: StepTablesContext,
): readonly TemplateResult[] {
  return points.map((point, at) => {
    const step = steps[at];
    const name = step === undefined ? '' : stepText(step);
    return html`<tr>
      <th scope="row">
        <button
          class="link-button"
          aria-label=${t('{0} at step {1}', component, name)}
          @click=${() => {
            openAt(at, component);
          }}
        >
          ${name}
        </button>
      </th>
      <td class="numeric">${formatDecimal(point.norm, DIGITS.norm)}</td>
      ${STEP_METRICS.map(
        (metric) =>
          html`<td class="numeric">${formatChange(changeAt(points, at, metric), metric)}</td>`,
      )}
      ${further.map(
        ({ cell, numeric }) =>
          html`<td class=${numeric ? 'numeric' : 'step-words'}>${cell(point)}</td>`,
      )}
    </tr>`;
  });
}

function section<Point extends StepChange>(
  steps: readonly StepName[],
  shown: Shown<Point>,
  context: StepTablesContext,
): TemplateResult {
  const { component, further } = shown;
  return html`<section class="step-section" data-testid="steps-${component}">
    <div class="step-heading">
      <h2>
        <button
          class="link-button"
          @click=${() => {
            context.open(component);
          }}
        >
          ${component}
        </button>
      </h2>
      <button
        class="icon-button"
        aria-label=${t('Remove {0}', component)}
        @click=${() => {
          context.remove(component);
        }}
      >
        ${icon('close')}
      </button>
    </div>
    <div
      class="step-table"
      tabindex="0"
      role="region"
      aria-label=${t('{0} over training', component)}
    >
      <table class="plain-table">
        <thead>
          ${head(further)}
        </thead>
        <tbody>
          ${body(steps, shown, context)}
        </tbody>
      </table>
    </div>
  </section>`;
}

/** A table for everything that is shown. */
export function stepTables(
  { steps, tables, rows }: StepsResult,
  context: StepTablesContext,
): readonly TemplateResult[] {
  return [
    ...tables.map(({ matrix, points }) =>
      section(steps, { component: matrix, points, further: tableColumns(matrix) }, context),
    ),
    ...rows.map(({ component, points }) =>
      section(steps, { component, points, further: rowColumns(context.options) }, context),
    ),
  ];
}
