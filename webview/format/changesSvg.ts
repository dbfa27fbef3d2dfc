/** The map of changes as an SVG picture, on white: for papers and notes. */
import { t } from '../l10n';
import type { ChangeMap, ChangeRow } from './changes';
import { CELL, svgCell, svgLegend } from './mapSvg';
import { svgDocument, svgText, svgTextElement } from './svgText';

const WIDTH = 44;
/** Room for the names of layers. */
const SIDE = 44;
const MARGIN = 12;
const TITLE = 24;
const LEGEND = 30;
const HEAD = 16;
const LEAST_WIDTH = 360;

function mapRow({ layer, cells }: ChangeRow, y: number): string {
  const name = svgText(MARGIN, y + CELL - 5, layer === null ? t('Model') : `L${layer}`);
  const drawn = cells.map(({ step, value, text }, column) => {
    const x = MARGIN + SIDE + column * WIDTH;
    const cell = svgCell(x, y, { step, width: WIDTH, content: svgTextElement('title', text) });
    const middle = ` text-anchor="middle"`;
    return step === null ? cell + svgText(x + WIDTH / 2, y + CELL - 5, value, middle) : cell;
  });
  return name + drawn.join('');
}

function heads(titles: readonly string[], y: number): string {
  return titles
    .map((title, column) =>
      svgText(MARGIN + SIDE + column * WIDTH + WIDTH / 2, y, title, ' text-anchor="middle"'),
    )
    .join('');
}

/** Layers down and kinds across, and below what belongs to no layer, under a title that says what it is. */
export function changesSvg(
  { kinds, layers, whole, maximumText }: ChangeMap,
  title: string,
): string {
  const top = MARGIN + TITLE + LEGEND + HEAD;
  const below = top + layers.length * CELL + 2 * HEAD;
  const columns = Math.max(kinds.length, whole.cells.length);
  const width = Math.max(LEAST_WIDTH, 2 * MARGIN + SIDE + columns * WIDTH);
  return svgDocument(width, below + CELL + MARGIN, [
    svgText(MARGIN, MARGIN + 14, title, ' font-size="13"'),
    svgLegend(maximumText, MARGIN, MARGIN + TITLE),
    heads(kinds, top - 4),
    ...layers.map((row, at) => mapRow(row, top + at * CELL)),
    heads(
      whole.cells.map(({ kind }) => kind),
      below - 4,
    ),
    mapRow(whole, below),
  ]);
}
