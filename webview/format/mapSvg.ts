/** Parts of pictures of maps: cells, their colours, the legend. */
import { RAMP_STEPS } from './mapScale';
import { svgText } from './svgText';

/** The side of a cell with its gap, in pixels. */
export const CELL = 16;
const GAP = 2;
const FULL = [0, 98, 177] as const;
const PAPER = 255;
const FRAME = ' stroke="#bbb" stroke-width="0.5"';

function colour(step: number): string {
  const share = step / (RAMP_STEPS - 1);
  return `rgb(${FULL.map((full) => Math.round(PAPER + (full - PAPER) * share)).join(',')})`;
}

/** How a cell is drawn beside its place. */
export interface SvgCell {
  /** Null: no colour. */
  readonly step: number | null;
  /** Drawn with a thick frame. */
  readonly marked?: boolean;
  readonly width?: number;
  /** What stands inside the element: a title. */
  readonly content?: string;
}

/** A cell on white paper, by its upper left corner. */
export function svgCell(
  x: number,
  y: number,
  { step, marked = false, width = CELL, content = '' }: SvgCell,
): string {
  const frame = marked ? ' stroke="black" stroke-width="2"' : FRAME;
  const fill = step === null ? 'none' : colour(step);
  return `<rect x="${x}" y="${y}" width="${width - GAP}" height="${CELL - GAP}" fill="${fill}"${frame}>${content}</rect>`;
}

/** The scale of a map, from 0. */
export function svgLegend(maximumText: string, x: number, y: number): string {
  const steps = Array.from({ length: RAMP_STEPS }, (_, step) =>
    svgCell(x + 14 + step * CELL, y, { step }),
  );
  return [
    svgText(x, y + 11, '0'),
    ...steps,
    svgText(x + 18 + RAMP_STEPS * CELL, y + 11, maximumText),
  ].join('');
}
