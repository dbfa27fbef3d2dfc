/** The map of layers by heads: what each cell says, and on which scale. */
import { formatHeadMatrixId, HEAD_MATRICES } from '../../src/core/model/headMatrixId';
import type { HeadMatrixKind } from '../../src/core/model/headMatrixId';
import type { HeadOverview } from '../../src/protocol/pairs';
import type { ModelSummary } from '../../src/protocol/modelSummary';
import type { HeadMetric } from '../state/uiState';
import { rampStep, roundEnd, shareEnd } from './mapScale';
import { formatShare, formatZ, NOT_APPLICABLE, NOT_COMPUTED } from './numbers';

export interface HeadCell {
  /** `L3.H7.VO` */
  readonly component: string;
  readonly head: HeadOverview | undefined;
  readonly state: 'known' | 'unknown' | 'refused';
  /** Step of the ramp; null where there is no value. */
  readonly step: number | null;
  /** The value as it is written. */
  readonly value: string;
}

export interface HeadMapModel {
  readonly heads: readonly number[];
  readonly rows: readonly { readonly layer: number; readonly cells: readonly HeadCell[] }[];
  /** The value of the highest step. */
  readonly maximumText: string;
}

/** What is asked of the map: which heads, by which of their matrices and in which colour. */
export interface HeadMapQuestion {
  readonly summary: ModelSummary;
  readonly kind: HeadMatrixKind;
  readonly metric: HeadMetric;
  /** What is known of a head. */
  readonly known: (component: string) => HeadOverview | undefined;
}

function metricValue(head: HeadOverview | undefined, metric: HeadMetric): number | null {
  const statistics = head?.statistics ?? null;
  if (statistics === null) return null;
  return metric === 'z' ? statistics.z : (statistics.copying?.share ?? null);
}

/** A value of a head in words; `–` where it has none. */
function headValue(head: HeadOverview | undefined, metric: HeadMetric): string {
  if (head === undefined) return NOT_COMPUTED;
  const value = metricValue(head, metric);
  if (value === null) return NOT_APPLICABLE;
  return metric === 'z' ? formatZ(value) : formatShare(value);
}

/** Layers whose heads can be read: those that have a W_O. */
function attentionLayers({ matrices }: ModelSummary): readonly number[] {
  return matrices.flatMap(({ kind, layer }) =>
    kind === 'O' && layer !== undefined ? [layer] : [],
  );
}

/** How many heads there are to judge; null in models without any. */
export function headCounts(summary: ModelSummary): { layers: number; heads: number } | null {
  const layers = attentionLayers(summary).length;
  return summary.shape === null || layers === 0 ? null : { layers, heads: summary.shape.nHeads };
}

/** The map of what is known so far. The scale is of both matrices' heads together, so that they compare. */
export function headMapModel({ summary, kind, metric, known }: HeadMapQuestion): HeadMapModel {
  const heads = Array.from({ length: summary.shape?.nHeads ?? 0 }, (_, head) => head);
  const layers = attentionLayers(summary);
  const values = layers.flatMap((layer) =>
    heads.flatMap((head) =>
      HEAD_MATRICES.map(
        (each) => metricValue(known(formatHeadMatrixId({ kind: each, layer, head })), metric) ?? 0,
      ),
    ),
  );
  const highest = values.reduce((most, value) => Math.max(most, value), 0);
  const maximum = metric === 'z' ? roundEnd(highest) : shareEnd(highest);
  const cell = (layer: number, head: number): HeadCell => {
    const component = formatHeadMatrixId({ kind, layer, head });
    const found = known(component);
    return {
      ...{ component, head: found, value: headValue(found, metric) },
      state: found === undefined ? 'unknown' : found.statistics === null ? 'refused' : 'known',
      step: rampStep(metricValue(found, metric), maximum),
    };
  };
  return {
    heads,
    rows: layers.map((layer) => ({ layer, cells: heads.map((head) => cell(layer, head)) })),
    maximumText: metric === 'z' ? formatZ(maximum).replace('≈', '') : formatShare(maximum),
  };
}
