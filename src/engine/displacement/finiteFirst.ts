/**
 * Compares two numbers of a sort: in its direction, and either way those that are NaN or infinite last, where damaged
 * weights do not hide what else changed. 0 where neither comes first.
 */
export function finiteFirst(left: number, right: number, descending: boolean): number {
  const [isLeft, isRight] = [Number.isFinite(left), Number.isFinite(right)];
  if (!isLeft || !isRight) {
    return Number(isRight) - Number(isLeft);
  }
  return descending ? right - left : left - right;
}
