/**
 * Keys under which rows are drawn, from those of before, each row's in document order. A row that stays keeps its key. After
 * a jump, where no row stays but `focused`, new rows take the keys of the old: their elements are filled anew, which is
 * cheaper than making others. Within a short way they do not: elements would change places, and lose the focus.
 * @param fresh A key that was never used.
 */
export function rowKeys(
  before: ReadonlyMap<number, number>,
  rows: readonly number[],
  focused: number,
  fresh: () => number,
): ReadonlyMap<number, number> {
  const isJump = !rows.some((row) => row !== focused && before.has(row));
  const free = isJump ? [...before].flatMap(([row, key]) => (row === focused ? [] : [key])) : [];
  return new Map(rows.map((row) => [row, before.get(row) ?? free.shift() ?? fresh()]));
}
