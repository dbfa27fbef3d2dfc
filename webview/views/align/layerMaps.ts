/** Layers of A down, layers of B across: one map for each group of rows and each space. */
import { html } from 'lit';
import type { TemplateResult } from 'lit';
import type { AlignmentGroup, AlignmentSpace } from '../../../src/protocol/alignment';
import { cellText, matchedText, spaceTitle } from '../../format/alignment';
import type { AlignmentMaps, LayerCell, LayerMap } from '../../format/alignment';
import { kindTitle } from '../../format/components';
import { formatFull, formatRatio } from '../../format/numbers';
import { t } from '../../l10n';
import type { AlignedPair } from '../../state/uiState';
import { definition, kindDefinition } from '../../components/definition';
import { hover } from '../../components/hover';
import '../../components/mapGrid';
import { styled } from '../../components/styled';
import type { MapGridCell } from '../../components/mapGrid';

const SPACE_ENTRIES = {
  embedding: 'embeddingAlignment',
  feature: 'featureAlignment',
  shuffled: 'shuffledAlignment',
} as const satisfies Readonly<Record<AlignmentSpace, string>>;

const MAP_PX = 160;
const MIN_SIDE_PX = 16;
const MAX_SIDE_PX = 26;

export interface LayerMapsContext {
  readonly asTable: boolean;
  /** Shows the rows of a pair of layers. */
  readonly open: (pair: Omit<AlignedPair, 'other'>) => void;
}

function gridCell(group: AlignmentGroup, space: AlignmentSpace, cell: LayerCell): MapGridCell {
  const { layerA, layerB, value, step, assigned } = cell;
  const name = cellText(cell);
  return {
    component: `${layerA} ${layerB}`,
    state: 'known',
    step,
    value: assigned ? `[${formatRatio(value)}]` : formatRatio(value),
    name,
    running: false,
    marked: assigned,
    card: () =>
      html`<p class="full-value">${formatFull(value)}</p>
        <p>${group}, ${spaceTitle(space)}: ${name}</p>
        ${definition(SPACE_ENTRIES[space])}`,
  };
}

/** The side of a cell, so that maps of usual depths are of one size. */
function cellSide(layers: number): number {
  return Math.min(MAX_SIDE_PX, Math.max(MIN_SIDE_PX, Math.floor(MAP_PX / Math.max(1, layers))));
}

function map(
  group: AlignmentGroup,
  { space, found, rows }: LayerMap,
  { asTable, open }: LayerMapsContext,
): TemplateResult {
  const title = spaceTitle(space);
  const layersB = rows[0]?.length ?? 0;
  const side = cellSide(Math.max(layersB, rows.length));
  return html`<figure
    class="layer-map"
    data-testid="map-${group}-${space}"
    ${styled({ '--layer-side': `${side}px` })}
  >
    <figcaption>
      <span class="layer-map-space" tabindex="0" ${hover(() => definition(SPACE_ENTRIES[space]))}
        >${title}</span
      >
      <span>${matchedText(found)}</span>
    </figcaption>
    <vs-map-grid
      .columns=${Array.from({ length: layersB }, (_, layer) => ({
        title: asTable ? `L${layer}` : String(layer),
        describe: () => html`<p>${t('L{0} of B', layer)}</p>`,
      }))}
      .rows=${rows.map((cells, layer) => ({
        layer,
        cells: cells.map((cell) => gridCell(group, space, cell)),
      }))}
      .label=${t('{0}, {1}: layers of A down, layers of B across', group, title)}
      .asTable=${asTable}
      .open=${(id: string) => {
        const [layerA = 0, layerB = 0] = id.split(' ').map(Number);
        open({ group, layerA, layerB });
      }}
    ></vs-map-grid>
  </figure>`;
}

/** All maps, one line for each group of rows. */
export function layerMaps({ groups }: AlignmentMaps, context: LayerMapsContext): TemplateResult {
  return html`<div class="layer-maps">
    ${groups.map(
      ({ group, maps }) =>
        html`<section class="layer-group" aria-label=${group}>
          <h2 class="layer-group-title">
            <span tabindex="0" ${hover(() => kindDefinition(group))}>${group}</span>
            <span class="page-kind">${kindTitle(group)}</span>
          </h2>
          <div class="layer-group-maps">${maps.map((each) => map(group, each, context))}</div>
        </section>`,
    )}
  </div>`;
}
