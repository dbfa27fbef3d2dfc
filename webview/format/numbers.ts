/**
 * Numbers as the panel shows them: fixed digits by quantity, the reader's grouping, a true minus, an exponent
 * where digits would mislead.
 */

export const NOT_COMPUTED = '·';
export const NOT_APPLICABLE = '–';

/** Below this z a row reads like a random direction. */
const STANDS_OUT_Z = 3;

/** Digits after the point, by quantity. */
export const DIGITS = { z: 1, moment: 1, score: 2, norm: 2, ratio: 3 } as const;

const EXPONENT_BELOW = 0.01;
const EXPONENT_FROM = 10_000;
const TRUE_MINUS = '−';
const BYTE_UNITS = ['B', 'KB', 'MB', 'GB', 'TB'];

let locale: string | undefined;
const formats = new Map<string, Intl.NumberFormat>();

/** Chooses the locale of grouping and decimal marks; undefined: the browser's. */
export function setNumberLocale(tag: string | undefined): void {
  locale = tag;
  formats.clear();
}

function format(options: Intl.NumberFormatOptions): Intl.NumberFormat {
  const key = JSON.stringify(options);
  let found = formats.get(key);
  if (found === undefined) {
    found = new Intl.NumberFormat(locale, options);
    formats.set(key, found);
  }
  return found;
}

function fixed(value: number, digits: number): string {
  return format({
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
    // Nothing that rounds to zero is negative.
    signDisplay: 'negative',
  })
    .format(value)
    .replace(/^-/u, TRUE_MINUS);
}

/**
 * A measured number with `digits` after the point; with an exponent from 10,000, and below 0.01 where there is more than
 * one digit: a z near 0 says only that it is near 0.
 */
export function formatDecimal(value: number, digits: number): string {
  if (Number.isNaN(value)) return 'NaN';
  const size = Math.abs(value);
  if (size === Infinity) return value < 0 ? `${TRUE_MINUS}∞` : '∞';
  const needsExponent =
    (digits > 1 && size !== 0 && size < EXPONENT_BELOW) ||
    Number(size.toFixed(digits)) >= EXPONENT_FROM;
  if (!needsExponent) return fixed(value, digits);
  const [mantissa = '0', exponent = '0'] = value.toExponential(digits).split('e');
  return `${fixed(Number(mantissa), digits)}e${exponent.replace('+', '').replace('-', TRUE_MINUS)}`;
}

/** A correlation or a share of sets, between -1 and 1: small ones are near 0, which an exponent would hide. */
export function formatRatio(value: number): string {
  return Number.isFinite(value) ? fixed(value, DIGITS.ratio) : formatDecimal(value, 0);
}

/** A weight: four digits that matter. */
export function formatWeight(value: number | null): string {
  const SIGNIFICANT = 4;
  const TINY = 1e-4;
  if (value === null) return 'NaN';
  if (value !== 0 && Math.abs(value) < TINY) return formatDecimal(value, SIGNIFICANT - 1);
  return format({ maximumSignificantDigits: SIGNIFICANT }).format(value).replace(/^-/u, TRUE_MINUS);
}

/** A statistic of a row: NaN where scores were not finite, a dot where it is not computed. */
export function formatStatistic(value: number | null, digits: number, nonFinite = 0): string {
  if (value !== null) return formatDecimal(value, digits);
  return nonFinite > 0 ? 'NaN' : NOT_COMPUTED;
}

/** z with its mark: `0.4≈` reads like a random direction. Near 0 digits tell no more than that: no exponent. */
export function formatZ(z: number | null, nonFinite = 0): string {
  const shown = z !== null && Math.abs(z) < EXPONENT_BELOW ? 0 : z;
  const text = formatStatistic(shown, DIGITS.z, nonFinite);
  return isLikeRandom(z) ? `${text}≈` : text;
}

/** Whether z is known and does not stand out. */
export function isLikeRandom(z: number | null): boolean {
  return z !== null && !(z > STANDS_OUT_Z);
}

/** A count, grouped, never with an exponent. */
export function formatCount(count: number): string {
  return format({ maximumFractionDigits: 0 }).format(count);
}

/** A share between 0 and 1 in percent: whole, below 10 with one decimal. */
export function formatShare(share: number): string {
  const digits = share === 0 || Number((share * 100).toFixed(1)) >= 10 ? 0 : 1;
  return format({
    style: 'percent',
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  }).format(share);
}

/** A change over what was there, in percent: three digits that matter. */
export function formatRelative(share: number): string {
  return Number.isFinite(share)
    ? format({ style: 'percent', minimumSignificantDigits: 3, maximumSignificantDigits: 3 }).format(
        share,
      )
    : formatDecimal(share, 0);
}

/** An accuracy or a probability between 0 and 1 in percent, with one decimal. */
export function formatAccuracy(share: number): string {
  return format({ style: 'percent', minimumFractionDigits: 1, maximumFractionDigits: 1 }).format(
    share,
  );
}

/** A difference with its sign: `+1.5`, `−0.2`. */
export function formatSigned(value: number, digits: number): string {
  const text = formatDecimal(value, digits);
  return value > 0 && /[1-9]/u.test(text) ? `+${text}` : text;
}

/** All digits that a float32 has, for hover cards. */
export function formatFull(value: number): string {
  const MAX_FLOAT32_DIGITS = 9;
  return Number.isFinite(value)
    ? format({ maximumSignificantDigits: MAX_FLOAT32_DIGITS })
        .format(value)
        .replace(/^-/u, TRUE_MINUS)
    : formatDecimal(value, 0);
}

/** A size in bytes, in steps of 1,000 as file managers count. */
export function formatBytes(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < BYTE_UNITS.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${fixed(value, unit === 0 || value >= 100 ? 0 : 1)} ${BYTE_UNITS[unit] ?? ''}`;
}

/** How long something takes: `3 s`, `2 min 5 s`. */
export function formatDuration(milliseconds: number): string {
  const seconds = Math.floor(milliseconds / 1000);
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

/** A number of parameters as people say it: `124M`, `1.1B`. */
export function formatParameters(count: number): string {
  return format({ notation: 'compact', maximumSignificantDigits: 3 }).format(count);
}
