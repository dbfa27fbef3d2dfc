/** The shapes that tell the series of a chart apart without colour, in the order in which they are given. */
export const MARKERS = ['circle', 'square', 'triangle', 'diamond', 'cross', 'plus'] as const;
export type MarkerShape = (typeof MARKERS)[number];

/** SVG path of a marker about a place, `size` px from its middle to its edge. */
export function markerPath(shape: MarkerShape, x: number, y: number, size: number): string {
  const box = (dx: number, dy: number): string => `${(x + dx).toFixed(1)} ${(y + dy).toFixed(1)}`;
  const paths: Readonly<Record<MarkerShape, string>> = {
    circle: `M${box(-size, 0)}a${size} ${size} 0 1 0 ${2 * size} 0a${size} ${size} 0 1 0 ${-2 * size} 0Z`,
    square: `M${box(-size, -size)}L${box(size, -size)}L${box(size, size)}L${box(-size, size)}Z`,
    triangle: `M${box(0, -size)}L${box(size, size)}L${box(-size, size)}Z`,
    diamond: `M${box(0, -size)}L${box(size, 0)}L${box(0, size)}L${box(-size, 0)}Z`,
    cross: `M${box(-size, -size)}L${box(size, size)}M${box(-size, size)}L${box(size, -size)}`,
    plus: `M${box(-size, 0)}L${box(size, 0)}M${box(0, -size)}L${box(0, size)}`,
  };
  return paths[shape];
}
