/** The map of layers by kinds: what each cell says, and on which scale. */
import type { RowKind } from '../../src/core/model/componentId';
import type { MatrixOverview } from '../../src/protocol/engineApi';
import type { ModelSummary } from '../../src/protocol/modelSummary';
import { t } from '../l10n';
import type { MapMetric } from '../state/uiState';
import { layerKinds, layersOf } from './components';
import { rampStep, roundEnd, shareEnd } from './mapScale';
import { DIGITS, formatCount, formatDecimal, formatShare } from './numbers';

export interface MapCell {
  readonly matrix: string;
  readonly layer: number;
  readonly kind: RowKind;
  /** Null: the model has no such table. */
  readonly rows: number | null;
  /** Null: not computed. */
  readonly value: number | null;
  /** Step of the ramp, 0 to 8; null where there is no value. */
  readonly step: number | null;
  /** The value in words, for names and for the table twin. */
  readonly text: string;
}

export interface MapModel {
  readonly kinds: readonly RowKind[];
  readonly rows: readonly { readonly layer: number; readonly cells: readonly MapCell[] }[];
  /** The value of the highest step. */
  readonly maximum: number;
  readonly maximumText: string;
}

function metricValue(overview: MatrixOverview, metric: MapMetric): number {
  switch (metric) {
    case 'share':
      return overview.standOut / Math.max(1, overview.rows);
    case 'norm':
      return overview.meanNorm;
    case 'kurtosis':
      return overview.meanKurtosis;
  }
}

function formatMetric(value: number, metric: MapMetric): string {
  if (metric === 'share') return formatShare(value);
  return formatDecimal(value, metric === 'norm' ? DIGITS.norm : DIGITS.moment);
}

/** Cell text for readers who do not see the colour. */
function describe(
  overview: MatrixOverview | undefined,
  metric: MapMetric,
  value: number | null,
): string {
  if (overview === undefined || value === null) return t('not computed');
  if (metric !== 'share') return formatMetric(value, metric);
  return t(
    '{0}, {1} of {2} rows stand out',
    formatShare(value),
    formatCount(overview.standOut),
    formatCount(overview.rows),
  );
}

/** The map of what is scanned so far. */
export function mapModel(
  summary: ModelSummary,
  overviews: readonly MatrixOverview[],
  metric: MapMetric,
): MapModel {
  const known = new Map(overviews.map((overview) => [overview.matrix, overview]));
  const kinds = layerKinds(summary);
  const values = overviews
    .filter(({ matrix }) => matrix.startsWith('L'))
    .map((overview) => metricValue(overview, metric));
  const highest = Math.max(0, ...values.filter(Number.isFinite));
  const maximum = metric === 'share' ? shareEnd(highest) : roundEnd(highest);
  const tables = new Map(summary.matrices.map((matrix) => [matrix.id, matrix]));
  const cell = (layer: number, kind: RowKind): MapCell => {
    const matrix = `L${layer}.${kind}`;
    const overview = known.get(matrix);
    const value = overview === undefined ? null : metricValue(overview, metric);
    const step = rampStep(value, maximum);
    const rows = tables.get(matrix)?.rows ?? null;
    return { matrix, layer, kind, rows, value, step, text: describe(overview, metric, value) };
  };
  return {
    kinds,
    rows: layersOf(summary).map((layer) => ({
      layer,
      cells: kinds.map((kind) => cell(layer, kind)),
    })),
    maximum,
    maximumText: formatMetric(maximum, metric),
  };
}
