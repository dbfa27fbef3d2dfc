/** The maps of two models as one SVG picture, on white: for papers and notes. */
import type { AlignmentMaps, LayerCell, LayerMap } from './alignment';
import { cellText, matchedText, spaceTitle } from './alignment';
import { CELL, svgCell, svgLegend } from './mapSvg';
import { svgDocument, svgText as text, svgTextElement } from './svgText';

/** Room for the names of layers, beside and above a map. */
const SIDE = 30;
const HEAD = 34;
const MARGIN = 12;
const TITLE = 24;
const LEGEND = 30;

function cellSquare(cell: LayerCell, x: number, y: number): string {
  const content = svgTextElement('title', cellText(cell));
  return svgCell(x, y, { step: cell.step, marked: cell.assigned, content });
}

function mapPicture(group: string, { space, found, rows }: LayerMap, x: number, y: number): string {
  const across = (rows[0] ?? []).map((_, layer) =>
    text(x + SIDE + layer * CELL + CELL / 2, y + HEAD - 4, String(layer), ' text-anchor="middle"'),
  );
  const down = rows.map((cells, layer) => {
    const top = y + HEAD + layer * CELL;
    const name = text(x + SIDE - 6, top + CELL - 5, `L${layer}`, ' text-anchor="end"');
    return (
      name + cells.map((cell) => cellSquare(cell, x + SIDE + cell.layerB * CELL, top)).join('')
    );
  });
  const title = `${group}, ${spaceTitle(space)}: ${matchedText(found)}`;
  return [text(x, y + 12, title, ' font-weight="bold"'), ...across, ...down].join('');
}

/** All maps: groups down, spaces across, under a title that says what they are. */
export function alignmentSvg({ groups, maximumText }: AlignmentMaps, title: string): string {
  const first = groups[0]?.maps[0]?.rows ?? [];
  const width = SIDE + Math.max(first[0]?.length ?? 0, 9) * CELL + 2 * MARGIN;
  const height = HEAD + first.length * CELL + MARGIN;
  const across = Math.max(1, ...groups.map(({ maps }) => maps.length));
  const size = {
    x: 2 * MARGIN + across * width,
    y: 2 * MARGIN + TITLE + LEGEND + groups.length * height,
  };
  const pictures = groups.flatMap(({ group, maps }, row) =>
    maps.map((map, column) =>
      mapPicture(group, map, MARGIN + column * width, MARGIN + TITLE + LEGEND + row * height),
    ),
  );
  return svgDocument(size.x, size.y, [
    text(MARGIN, MARGIN + 14, title, ' font-size="13"'),
    svgLegend(maximumText, MARGIN, MARGIN + TITLE),
    ...pictures,
  ]);
}
