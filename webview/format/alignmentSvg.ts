/** The maps of two models as one SVG picture, on white: for papers and notes. */
import type { AlignmentMaps, LayerCell, LayerMap } from './alignment';
import { cellText, matchedText, spaceTitle } from './alignment';
import { RAMP_STEPS } from './mapScale';
import { svgDocument, svgText as text, svgTextElement } from './svgText';

const CELL = 16;
const GAP = 2;
/** Room for the names of layers, beside and above a map. */
const SIDE = 30;
const HEAD = 34;
const MARGIN = 12;
const TITLE = 24;
const LEGEND = 30;
const FULL = [0, 98, 177] as const;
const PAPER = 255;

function colour(step: number): string {
  const share = step / (RAMP_STEPS - 1);
  return `rgb(${FULL.map((full) => Math.round(PAPER + (full - PAPER) * share)).join(',')})`;
}

function square(x: number, y: number, fill: string, more = ''): string {
  const side = CELL - GAP;
  return `<rect x="${x}" y="${y}" width="${side}" height="${side}" fill="${fill}"${more}`;
}

function cellSquare(cell: LayerCell, x: number, y: number): string {
  const fill = cell.step === null ? 'none' : colour(cell.step);
  const stroke = cell.assigned
    ? 'stroke="black" stroke-width="2"'
    : 'stroke="#bbb" stroke-width="0.5"';
  return `${square(x, y, fill, ` ${stroke}`)}>${svgTextElement('title', cellText(cell))}</rect>`;
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

function legend(maximumText: string, x: number, y: number): string {
  const steps = Array.from(
    { length: RAMP_STEPS },
    (_, step) =>
      `${square(x + 14 + step * CELL, y, colour(step), ' stroke="#bbb" stroke-width="0.5"')}/>`,
  );
  return [
    text(x, y + 11, '0'),
    ...steps,
    text(x + 18 + RAMP_STEPS * CELL, y + 11, maximumText),
  ].join('');
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
    legend(maximumText, MARGIN, MARGIN + TITLE),
    ...pictures,
  ]);
}
