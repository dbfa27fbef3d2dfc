import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { DEFAULT_SETTINGS, engineSettings, readSettings } from '../../../src/host/settings';

const ROOT = path.resolve(import.meta.dirname, '../../..');

interface Manifest {
  contributes: {
    configuration: { properties: Record<string, { default: unknown; minimum?: number }> };
  };
}

const manifest = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8')) as Manifest;
const declared = manifest.contributes.configuration.properties;

describe('settings', () => {
  test('the defaults of package.json are those of the code, and none is missing', () => {
    const defaults = Object.fromEntries(
      Object.entries(declared).map(([key, { default: value }]) => [key, value]),
    );
    const expected = Object.entries(DEFAULT_SETTINGS).map(([key, value]) => [
      `vocabscope.${key}`,
      value,
    ]);
    expect(defaults).toEqual(Object.fromEntries(expected));
  });

  test.each(Object.entries(declared).filter(([, { minimum }]) => minimum !== undefined))(
    'the code takes the least value of %s and nothing below it',
    (name, { minimum = 0 }) => {
      const key = name.replace('vocabscope.', '') as 'threads';
      const read = (value: number): number =>
        readSettings((asked) => (asked === key ? value : 0))[key];
      expect(read(minimum)).toBe(minimum);
      expect(read(minimum - 1)).toBe(DEFAULT_SETTINGS[key]);
    },
  );

  test.each([['memoryBudgetMB'], ['threads'], ['cacheSizeLimitMB'], ['tokensPerRow']] as const)(
    'what is no whole number in %s is as if it were not set',
    (key) => {
      for (const value of ['8', NaN, Infinity, -1, 1.5, null, {}]) {
        expect(readSettings(() => value)[key]).toBe(DEFAULT_SETTINGS[key]);
      }
    },
  );

  test('a cache of no size is no cache', () => {
    const none = { ...DEFAULT_SETTINGS, cacheSizeLimitMB: 0 };
    expect(engineSettings(none, '/cache').cacheFolder).toBeNull();
    expect(engineSettings(DEFAULT_SETTINGS, '/cache')).toEqual({
      cacheFolder: '/cache',
      cacheLimitBytes: 512 * 1024 * 1024,
      memoryBudgetBytes: 512 * 1024 * 1024,
      threads: 0,
    });
  });
});
