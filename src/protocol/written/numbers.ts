/** Numbers for people: plain, short, the same everywhere in a table. `–` where there is none. */
export function decimal(value: number | null, digits: number): string {
  if (value === null) {
    return '–';
  }
  const magnitude = Math.abs(value);
  if (magnitude !== 0 && (magnitude < 0.01 || magnitude >= 10_000)) {
    return value.toExponential(2);
  }
  return value.toFixed(digits);
}

/** A count with thousands grouped. */
export function count(value: number): string {
  return value.toLocaleString('en-US');
}

/** How many of something: `1 row`, `1,024 rows`. */
export function counted(value: number, one: string, many: string): string {
  return `${count(value)} ${value === 1 ? one : many}`;
}
