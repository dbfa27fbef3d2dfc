/** Labels beside points such that none covers another or a point. */

export interface Place {
  readonly x: number;
  readonly y: number;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** A rectangle by its left upper corner. */
export interface Box extends Place, Size {}

/** Half the side of a point's mark, and the distance of its label from it. */
export const POINT_RADIUS = 4;
const GAP = 3;

export function overlaps(a: Box, b: Box): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}

function inside({ x, y, width, height }: Box, frame: Size): boolean {
  return x >= 0 && y >= 0 && x + width <= frame.width && y + height <= frame.height;
}

function markOf({ x, y }: Place): Box {
  return {
    x: x - POINT_RADIUS,
    y: y - POINT_RADIUS,
    width: 2 * POINT_RADIUS,
    height: 2 * POINT_RADIUS,
  };
}

/** Where a label may stand: right, left, above, below, then at the corners. */
function candidates({ x, y }: Place, { width, height }: Size): readonly Box[] {
  const reach = POINT_RADIUS + GAP;
  const [left, middle, right] = [x - reach - width, x - width / 2, x + reach];
  const [above, level, below] = [y - reach - height, y - height / 2, y + reach];
  const corners: readonly Place[] = [
    ...[right, left].map((at) => ({ x: at, y: level })),
    ...[above, below].map((at) => ({ x: middle, y: at })),
    ...[right, left].flatMap((at) => [above, below].map((line) => ({ x: at, y: line }))),
  ];
  return corners.map((corner) => ({ ...corner, width, height }));
}

/**
 * Labels for points, the first of which come first: each at the first free place around its point inside the frame,
 * null where there is none or where the point lies outside.
 */
export function placeLabels(
  points: readonly Place[],
  sizes: readonly Size[],
  frame: Size,
): readonly (Box | null)[] {
  const marks = points.map(markOf).filter((mark) => overlaps(mark, { x: 0, y: 0, ...frame }));
  const placed: Box[] = [];
  return points.map((point, index) => {
    const size = sizes[index];
    const isIn = inside({ ...point, width: 0, height: 0 }, frame);
    const found =
      size === undefined || !isIn
        ? undefined
        : candidates(point, size).find(
            (box) =>
              inside(box, frame) &&
              !placed.some((other) => overlaps(box, other)) &&
              !marks.some((mark) => overlaps(box, mark)),
          );
    if (found === undefined) return null;
    placed.push(found);
    return found;
  });
}
