import { html, nothing, svg } from 'lit';
import type { TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { classMap } from 'lit/directives/class-map.js';
import { markerPath } from '../format/chartMarkers';
import {
  chartLayout,
  chartXs,
  intervalPath,
  pointTarget,
  REFERENCE_INDENT_PX,
} from '../format/lineChart';
import type {
  ChartFrame,
  ChartLayout,
  ChartPoint,
  LineChart,
  PlacedPoint,
  PlacedSeries,
  PointPlace,
} from '../format/lineChart';
import { NOT_COMPUTED } from '../format/numbers';
import { t } from '../l10n';
import { hover } from './hover';
import { LightElement } from './lightElement';

const HEIGHT_PX = 220;
const MARKER_PX = 4;
/** What a pointer may miss a marker by. */
const HIT_PX = 9;

/**
 * Lines over a number or over categories, told apart by marker and dash beside colour, with their names at their ends.
 * One tab stop: arrows go along a line and from line to line; each point says its values on hover and on focus. As a
 * table on request.
 */
@customElement('vs-line-chart')
export class LineChartView extends LightElement {
  @property({ attribute: false }) chart: LineChart | null = null;
  @property({ attribute: false }) asTable = false;
  /** More of a point than its values, for its card. */
  @property({ attribute: false }) describe: (place: PointPlace) => TemplateResult | null = () =>
    null;
  /** Opens a point: a click, or Enter. */
  @property({ attribute: false }) open: ((place: PointPlace) => void) | null = null;
  /** The point that is open. */
  @property({ attribute: false }) opened: PointPlace | null = null;
  @state() private frame: ChartFrame = { width: 0, height: HEIGHT_PX };
  @state() private active: PointPlace = { series: 0, point: 0 };
  readonly #resizing = new ResizeObserver(([entry]) => {
    const width = Math.round(entry?.contentRect.width ?? 0);
    if (width !== this.frame.width) this.frame = { width, height: HEIGHT_PX };
  });

  override connectedCallback(): void {
    super.connectedCallback();
    this.#resizing.observe(this);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#resizing.disconnect();
  }

  protected override template(): unknown {
    const { chart } = this;
    if (chart === null) return nothing;
    return this.asTable ? this.#table(chart) : this.#picture(chart);
  }

  #picture(chart: LineChart): TemplateResult {
    const { width, height } = this.frame;
    const layout = chartLayout(chart, this.frame);
    const active = this.#activeIn(layout);
    return html`<figure class="line-chart">
      <figcaption>${chart.title}</figcaption>
      <svg
        width=${width}
        height=${height}
        viewBox="0 0 ${width} ${height}"
        role="group"
        aria-label=${t('{0}: arrows go from point to point', chart.title)}
        data-testid="line-chart"
        @keydown=${this.#onKeydown}
      >
        ${axes(chart, layout)}
        ${layout.references.map(
          ({ y }) => svg`<path class="chart-reference" d="M${layout.left} ${y}H${layout.right}" />`,
        )}
        ${layout.series.map((series, at) => this.#line(chart, series, at, { layout, active }))}
        ${layout.references.map(
          ({ label, labelY }) =>
            svg`<text class="chart-reference-name" x=${layout.left + REFERENCE_INDENT_PX} y=${labelY}>${label}</text>`,
        )}
      </svg>
    </figure>`;
  }

  /** The point that Tab leads to: the last one that had the focus, where it is still there. */
  #activeIn({ series }: ChartLayout): PointPlace {
    const { active } = this;
    const isThere = series[active.series]?.points.some(({ index }) => index === active.point);
    if (isThere === true) return active;
    const first = Math.max(
      0,
      series.findIndex(({ points }) => points.length > 0),
    );
    return { series: first, point: series[first]?.points[0]?.index ?? 0 };
  }

  #line(
    chart: LineChart,
    series: PlacedSeries,
    at: number,
    { layout, active }: { layout: ChartLayout; active: PointPlace },
  ): TemplateResult {
    const { path, dash, marker, colour, points, label } = series;
    return svg`<g class="chart-series chart-colour-${colour}">
      <path class="chart-line" d=${path} stroke-dasharray=${dash} />
      <path class="chart-interval" d=${intervalPath(series)} />
      ${points.map((point) => this.#point(chart, { series, at, point, active }))}
      <path class="chart-marker" d=${markerPath(marker, layout.right + 6, label.y, MARKER_PX)} />
      <text class="chart-name" x=${layout.right + 16} y=${label.y + 4}>${label.text}<title>${series.name}</title></text>
    </g>`;
  }

  #point(
    chart: LineChart,
    {
      series,
      at,
      point: { index, x, y },
      active,
    }: { series: PlacedSeries; at: number; point: PlacedPoint; active: PointPlace },
  ): TemplateResult {
    const measured = chart.series[at]?.points[index];
    const words = measured === undefined ? '' : pointWords(chart, series.name, measured);
    const place = { series: at, point: index };
    const isActive = active.series === at && active.point === index;
    const card = (): TemplateResult =>
      html`<p>${words}</p>
        ${this.describe(place) ?? nothing}`;
    const isOpen = this.opened?.series === at && this.opened.point === index;
    return svg`<g
      class=${classMap({ 'chart-point': true, 'chart-open': isOpen, 'chart-opens': this.open !== null })}
      role=${this.open === null ? 'img' : 'button'}
      aria-pressed=${this.open === null ? nothing : String(isOpen)}
      tabindex=${isActive ? 0 : -1}
      aria-label=${words}
      data-point="${at} ${index}"
      ${hover(card)}
      @focus=${() => {
        this.active = place;
      }}
      @click=${() => this.open?.(place)}
    ><circle class="chart-hit" cx=${x} cy=${y} r=${HIT_PX} /><path
      class="chart-marker" d=${markerPath(series.marker, x, y, MARKER_PX)} /></g>`;
  }

  readonly #onKeydown = (event: KeyboardEvent): void => {
    const { chart } = this;
    if (chart === null || event.ctrlKey || event.altKey || event.metaKey) return;
    const layout = chartLayout(chart, this.frame);
    if (this.open !== null && (event.key === 'Enter' || event.key === ' ')) {
      this.open(this.#activeIn(layout));
      event.preventDefault();
      event.stopPropagation();
      return;
    }
    const target = pointTarget(layout, this.#activeIn(layout), event.key);
    if (target === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    this.querySelector<SVGElement>(`[data-point="${target.series} ${target.point}"]`)?.focus();
  };

  /** A value of the table: a button where points open. */
  #cell(
    chart: LineChart,
    points: readonly ChartPoint[],
    x: number,
    series: number,
  ): TemplateResult {
    const point = points.findIndex((each) => each.x === x);
    const text = yText(chart, points[point]);
    const { open } = this;
    const isOpen = this.opened?.series === series && this.opened.point === point;
    return html`<td class="numeric">
      ${
        open === null || point < 0
          ? text
          : html`<button
              class="chart-cell"
              aria-pressed=${String(isOpen)}
              @click=${() => {
                open({ series, point });
              }}
            >
              ${text}
            </button>`
      }
    </td>`;
  }

  #table(chart: LineChart): TemplateResult {
    return html`<div class="chart-table" tabindex="0" role="region" aria-label=${chart.title}>
      <table class="plain-table" data-testid="chart-table">
        <caption>
          ${chart.title}, ${chart.yTitle}
        </caption>
        <thead>
          <tr>
            <th scope="col">${chart.xTitle}</th>
            ${chart.series.map(({ name }) => html`<th scope="col" class="numeric">${name}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${chartXs(chart).map(
            (x) =>
              html`<tr>
                <th scope="row">${xText(chart, x)}</th>
                ${chart.series.map(({ points }, series) => this.#cell(chart, points, x, series))}
              </tr>`,
          )}
        </tbody>
      </table>
      ${(chart.references ?? []).map(
        ({ name, y }) => html`<p class="chart-level">${name}: ${chart.formatY(y)}</p>`,
      )}
    </div>`;
  }
}

function axes(chart: LineChart, layout: ChartLayout): TemplateResult {
  const { left, right, top, bottom, xTicks, yTicks } = layout;
  return svg`<g class="chart-axes" aria-hidden="true">
    ${yTicks.map(
      ({ at, label }) =>
        svg`<path class="chart-grid" d="M${left} ${at}H${right}" /><text
          class="chart-tick" x=${left - 6} y=${at + 4} text-anchor="end">${label}</text>`,
    )}
    <path class="chart-axis" d="M${left} ${top}V${bottom}H${right}" />
    ${xTicks.map(
      ({ at, label }) =>
        svg`<text class="chart-tick" x=${at} y=${bottom + 16} text-anchor="middle">${label}</text>`,
    )}
    <text class="chart-title" x=${(left + right) / 2} y=${bottom + 32} text-anchor="middle">${chart.xTitle}</text>
    <text class="chart-title" x="4" y=${top - 10}>${chart.yTitle}</text>
  </g>`;
}

function xText({ categories, formatX }: LineChart, x: number): string {
  return categories?.[x] ?? formatX(x);
}

function yText({ formatY }: LineChart, point: ChartPoint | undefined): string {
  const value = point?.y ?? null;
  if (point === undefined || value === null) return NOT_COMPUTED;
  const { low, high } = point;
  if (low === undefined || high === undefined) return formatY(value);
  return t('{0} ({1} to {2})', formatY(value), formatY(low), formatY(high));
}

/** What a point says: its line, where it is, its value with its interval. */
function pointWords(chart: LineChart, name: string, point: ChartPoint): string {
  return `${name}, ${chart.xTitle} ${xText(chart, point.x)}: ${yText(chart, point)}`;
}

declare global {
  interface HTMLElementTagNameMap {
    'vs-line-chart': LineChartView;
  }
}
