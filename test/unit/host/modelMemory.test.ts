import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import { DEFAULT_VIEW_OPTIONS, type ReadingOptions } from '../../../src/core/projection/options';
import { ModelMemory } from '../../../src/host/models/modelMemory';
import { readStoredOptions } from '../../../src/host/models/storedOptions';

/** What VS Code does with what is stored: JSON, under keys. */
function storage(): ConstructorParameters<typeof ModelMemory>[0] {
  const stored = new Map<string, string>();
  return {
    get: <T>(key: string, fallback?: T) => {
      const text = stored.get(key);
      return text === undefined ? fallback : (JSON.parse(text) as T);
    },
    update: (key: string, value: unknown) => {
      stored.set(key, JSON.stringify(value));
      return Promise.resolve();
    },
  };
}

const FOLDED: ReadingOptions = { ...DEFAULT_VIEW_OPTIONS, fold: 'norms', k: 7 };

describe('what is remembered of models', () => {
  let memory: ModelMemory;
  beforeEach(() => {
    memory = new ModelMemory(storage(), storage(), () => 12);
  });

  test('options per model, and the setting where there are none', async () => {
    await memory.setOptions('/a', FOLDED);
    expect(memory.options('/a')).toEqual(FOLDED);
    expect(memory.options('/b')).toEqual({ ...DEFAULT_VIEW_OPTIONS, k: 12 });
    expect(memory.options('constructor')).toEqual({ ...DEFAULT_VIEW_OPTIONS, k: 12 });
  });

  test('choices per model, until they are taken back', async () => {
    await memory.setChoices('/a', { tokenizer: '/t.json' });
    expect(memory.choices('/a')).toEqual({ tokenizer: '/t.json' });
    expect(memory.choices('/b')).toEqual({});
    await memory.setChoices('/lora', { base: '/a' });
    expect(memory.choices('/lora')).toEqual({ base: '/a' });
    await memory.setChoices('/a', {});
    expect(memory.choices('/a')).toEqual({});
  });

  test('bookmarks per model, in the workspace; what is none is left out', async () => {
    const stored = storage();
    const marks = new ModelMemory(storage(), stored, () => 12);
    const bookmarks = [
      { component: 'L5.FF.V[31]', note: 'she' },
      { component: 'L0.FF.K[2]', note: '' },
    ];
    await marks.setBookmarks('/a', bookmarks);
    expect(marks.bookmarks('/a')).toEqual(bookmarks);
    expect(marks.bookmarks('/b')).toEqual([]);
    await stored.update('bookmarks', {
      '/a': [3, null, { component: 'E[1]' }, bookmarks[1]],
      '/b': 5,
    });
    expect(marks.bookmarks('/a')).toEqual([bookmarks[1]]);
    expect(marks.bookmarks('/b')).toEqual([]);
  });

  test('the models used last, without end but with a limit', async () => {
    for (let index = 0; index < 300; index++) {
      await memory.setChoices(`/${String(index)}`, { config: '/c.json' });
      await memory.addRecent({ path: `/${String(index)}`, name: 'm' });
    }
    await memory.addRecent({ path: '/290', name: 'again' });
    await memory.removeRecent('/299');
    expect(memory.recent().slice(0, 2)).toEqual([
      { path: '/290', name: 'again' },
      { path: '/298', name: 'm' },
    ]);
    expect(memory.recent()).toHaveLength(19);
    expect(memory.choices('/0')).toEqual({});
    expect(memory.choices('/299')).toEqual({ config: '/c.json' });
  });
});

describe('options out of storage', () => {
  test('come back as they went in', () => {
    const filters = fc.record(
      {
        ascii: fc.boolean(),
        alphanumeric: fc.boolean(),
        wordStart: fc.boolean(),
        excludeSpecial: fc.boolean(),
        excludeUndertrained: fc.boolean(),
        list: fc.array(fc.string(), { maxLength: 5 }),
      },
      {
        requiredKeys: [
          'ascii',
          'alphanumeric',
          'wordStart',
          'excludeSpecial',
          'excludeUndertrained',
        ],
      },
    );
    const options: fc.Arbitrary<ReadingOptions> = fc.record({
      space: fc.constantFrom('auto', 'input', 'output'),
      fold: fc.constantFrom('none', 'norms'),
      rank: fc.constantFrom('dot', 'cosine', 'abs', 'specificity'),
      withoutCommon: fc.boolean(),
      k: fc.integer({ min: 1, max: 1_000 }),
      filters,
    });
    fc.assert(
      fc.property(options, (value) => {
        expect(readStoredOptions(JSON.parse(JSON.stringify(value)), DEFAULT_VIEW_OPTIONS)).toEqual(
          value,
        );
      }),
    );
  });

  test('a list of words that was taken away stays away', () => {
    const listed = {
      ...DEFAULT_VIEW_OPTIONS,
      filters: { ...DEFAULT_VIEW_OPTIONS.filters, list: ['she'] },
    };
    expect(readStoredOptions(DEFAULT_VIEW_OPTIONS, listed)).toEqual(DEFAULT_VIEW_OPTIONS);
  });

  test('whatever is stored gives options', () => {
    fc.assert(
      fc.property(fc.anything(), fc.anything(), (whole, part) => {
        for (const value of [whole, { filters: whole, k: part, space: part, rank: whole }]) {
          const options = readStoredOptions(value, DEFAULT_VIEW_OPTIONS);
          expect(options.k).toBeGreaterThan(0);
          expect(['auto', 'input', 'output']).toContain(options.space);
          expect(typeof options.filters.ascii).toBe('boolean');
        }
      }),
    );
  });
});
