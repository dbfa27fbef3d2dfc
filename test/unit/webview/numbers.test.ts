import { beforeAll, describe, expect, test } from 'vitest';
import {
  formatBytes,
  formatCount,
  formatDecimal,
  formatDuration,
  formatFull,
  formatRatio,
  formatShare,
  formatStatistic,
  formatWeight,
  formatZ,
  setNumberLocale,
} from '../../../webview/format/numbers';

beforeAll(() => {
  setNumberLocale('en');
});

describe('measured numbers', () => {
  test.each([
    [41.23, 1, '41.2'],
    [-1.5, 2, '−1.50'],
    [0, 2, '0.00'],
    [-0.04, 1, '0.0'],
    [0.004, 1, '0.0'],
    [0.01, 2, '0.01'],
    [0.0099, 2, '9.90e−3'],
    [-0.0005, 2, '−5.00e−4'],
    [9999.4, 1, '9,999.4'],
    [9999.96, 1, '1.0e4'],
    [10_000, 1, '1.0e4'],
    [-123_456, 2, '−1.23e5'],
    [NaN, 2, 'NaN'],
    [Infinity, 2, '∞'],
    [-Infinity, 2, '−∞'],
  ])('%d with %d digits is %s', (value, digits, text) => {
    expect(formatDecimal(value, digits)).toBe(text);
  });

  test('grouping and decimal mark follow the reader', () => {
    setNumberLocale('de');
    expect(formatDecimal(-1234.5, 1)).toBe('−1.234,5');
    expect(formatCount(1_234_567)).toBe('1.234.567');
    setNumberLocale('en');
  });

  test('not computed and not finite differ', () => {
    expect(formatStatistic(null, 1)).toBe('·');
    expect(formatStatistic(null, 1, 3)).toBe('NaN');
    expect(formatStatistic(2.345, 1, 3)).toBe('2.3');
  });
});

test.each([
  [0.18, '0.180'],
  [0.002, '0.002'],
  [-0.0004, '0.000'],
  [-1, '−1.000'],
  [NaN, 'NaN'],
])('the ratio %d is %s', (value, text) => {
  expect(formatRatio(value)).toBe(text);
});

test.each([
  [0.00692345, '0.006923'],
  [-0.28963, '−0.2896'],
  [12.3456, '12.35'],
  [0, '0'],
  [-1.23456e-7, '−1.235e−7'],
  [null, 'NaN'],
])('the weight %d is %s', (value, text) => {
  expect(formatWeight(value)).toBe(text);
});

test.each([
  [41.2, '41.2'],
  [3.01, '3.0'],
  [3, '3.0≈'],
  [0.4, '0.4≈'],
  [0.0004, '0.0≈'],
  [-2, '−2.0≈'],
  [null, '·'],
])('z %s is %s', (z, text) => {
  expect(formatZ(z)).toBe(text);
});

test.each([
  [0, '0%'],
  [0.04, '4.0%'],
  [0.0994, '9.9%'],
  [0.0996, '10%'],
  [0.314, '31%'],
  [1, '100%'],
])('the share %d is %s', (share, text) => {
  expect(formatShare(share)).toBe(text);
});

test('counts have no exponent', () => {
  expect(formatCount(1_000_000)).toBe('1,000,000');
});

test('full values keep what a float32 has', () => {
  expect(formatFull(-2.0542694)).toBe('−2.0542694');
  expect(formatFull(NaN)).toBe('NaN');
});

test('bytes and durations', () => {
  expect(formatBytes(512)).toBe('512 B');
  expect(formatBytes(3_145_728)).toBe('3.1 MB');
  expect(formatBytes(250e9)).toBe('250 GB');
  expect(formatDuration(3_999)).toBe('3 s');
  expect(formatDuration(125_000)).toBe('2 min 5 s');
});
