/** What was stored, read back as unknown and taken only as far as it is what it should be. */

/** Whether a value is an object with keys. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The texts of a list, at most so many. */
export function strings(value: unknown, limit: number): readonly string[] {
  return Array.isArray(value)
    ? value.filter((item) => typeof item === 'string').slice(0, limit)
    : [];
}

/** A count or a place; 0 for anything else. */
export function index(value: unknown): number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : 0;
}

/** A text; null for anything else. */
export function textOrNull(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
