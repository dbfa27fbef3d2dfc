import {
  everyRowOf,
  formatMatrixId,
  parseComponentPattern,
  parseMatrixId,
  type MatrixRef,
} from '../../core/model/componentId';
import { namesDirections, namesHeads } from '../../core/model/headMatrixId';
import { EVERY_ROW } from '../../protocol/export';
import type { ModelSummary } from '../../protocol/modelSummary';
import type { PanelExport } from '../../protocol/panelApi';
import { rowsOf } from '../models/location';

/** What can be exported from a place, in the order in which it is offered. */
export type ExportOffer =
  | { readonly what: 'selected'; readonly components: readonly string[]; readonly count: number }
  | { readonly what: 'row' | 'head'; readonly components: readonly [string] }
  | {
      readonly what: 'table';
      readonly table: string;
      readonly components: readonly [string];
      readonly count: number;
    }
  | {
      readonly what: 'layers' | 'model' | 'heads';
      readonly components: readonly string[];
      readonly count: number;
    };

/** Everything that a page, a line of the tree or a model offers to be exported. */
export function exportOffers(
  summary: ModelSummary,
  { component, selected }: PanelExport,
): readonly ExportOffer[] {
  return [
    ...(selected.length === 0
      ? []
      : [{ what: 'selected', components: selected, count: selected.length } as const]),
    ...(component === null ? [] : offersOf(component, summary)),
    ...wholeOffers(summary),
  ];
}

function offersOf(component: string, summary: ModelSummary): readonly ExportOffer[] {
  if (namesHeads(component) || namesDirections(component)) {
    return [{ what: 'head', components: [component] }];
  }
  if (!component.includes('[')) return [tableOffer(parseMatrixId(component), summary)];
  const { kind, layer, head } = parseComponentPattern(component);
  const table: MatrixRef = {
    kind,
    ...(layer?.type === 'one' ? { layer: layer.index } : {}),
    ...(head?.type === 'one' ? { head: head.index } : {}),
  };
  return [{ what: 'row', components: [component] }, tableOffer(table, summary)];
}

function tableOffer(ref: MatrixRef, summary: ModelSummary): ExportOffer {
  return {
    what: 'table',
    table: formatMatrixId(ref),
    components: [everyRowOf(ref)],
    count: rowsOf(ref, summary),
  };
}

function wholeOffers({ shape, matrices }: ModelSummary): readonly ExportOffer[] {
  if (shape === null) return [];
  // Rows of U that are rows of E are written once.
  const written = matrices.filter(({ kind }) => kind !== 'U' || shape.tied === false);
  const layers = written.filter(({ layer }) => layer !== undefined);
  const count = (tables: readonly { readonly rows: number }[]): number =>
    tables.reduce((sum, { rows }) => sum + rows, 0);
  return [
    { what: 'layers', components: layers.map(everyRowOf), count: count(layers) },
    { what: 'model', components: [EVERY_ROW], count: count(written) },
    {
      what: 'heads',
      components: ['L*.H*.VO', 'L*.H*.QK'],
      count: 2 * shape.nLayers * shape.nHeads,
    },
  ];
}

/** A name for what is exported that every file system takes. */
export function fileNameOf(model: string, offer: ExportOffer, ending: string): string {
  const part = 'table' in offer ? offer.table : offer.what;
  const named = offer.what === 'row' || offer.what === 'head' ? offer.components[0] : part;
  return plainFileName([model, named], ending);
}

/** Parts of a name that every file system takes. */
export function plainFileName(parts: readonly string[], ending: string): string {
  return `${parts.map(plain).join('.')}.${ending}`;
}

function plain(text: string): string {
  return text.replace(/[^\p{L}\p{N}._-]+/gu, '-').replace(/^-|-$/gu, '');
}
