import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readBookmarkChange } from '../../../src/host/models/bookmarks';
import {
  canBookmark,
  hasRoom,
  MAX_BOOKMARKS,
  MAX_NOTE_LENGTH,
  withBookmark,
  withoutBookmark,
  type Bookmark,
} from '../../../src/protocol/bookmarks';

const bookmark = fc.record({
  component: fc.constantFrom('E[1]', 'L0.FF.K[2]', 'L3.H1.O[4]', 'C[POSITIVE]'),
  note: fc.string(),
});

describe('the bookmarks of a model', () => {
  test('each row is marked once; what is removed comes back where it was', () => {
    fc.assert(
      fc.property(fc.array(bookmark), fc.nat(), (added, choice) => {
        const all = added.reduce<readonly Bookmark[]>((list, one) => withBookmark(list, one), []);
        const components = all.map(({ component }) => component);
        expect(new Set(components).size).toBe(all.length);
        for (const { component } of added) {
          const last = added.findLast((other) => other.component === component);
          expect(all).toContainEqual(last);
        }
        const removed = all[choice % Math.max(1, all.length)];
        if (removed === undefined) return;
        const less = withoutBookmark(all, removed.component);
        expect(less).toHaveLength(all.length - 1);
        expect(withBookmark(less, removed, all.indexOf(removed))).toEqual(all);
      }),
    );
  });

  test('are rows and heads, no tables', () => {
    for (const id of ['E[1]', 'L3.H1.O[4]', 'C[POSITIVE]', 'L3.H1.VO', 'L0.H0.QK']) {
      expect(canBookmark(id)).toBe(true);
    }
    for (const id of ['L3.FF.K', 'L3.H1.O', 'L3.H1', 'E']) expect(canBookmark(id)).toBe(false);
  });

  test('have their limits', () => {
    const long = withBookmark([], { component: 'E[1]', note: 'x'.repeat(MAX_NOTE_LENGTH + 5) });
    expect(long[0]?.note).toHaveLength(MAX_NOTE_LENGTH);
    const full = Array.from({ length: MAX_BOOKMARKS }, (_, row) => ({
      component: `E[${String(row)}]`,
      note: '',
    }));
    expect(hasRoom(full, 'E[5000]')).toBe(false);
    expect(withBookmark(full, { component: 'E[5000]', note: '' })).toBe(full);
    expect(hasRoom(full, 'E[5]')).toBe(true);
    expect(withBookmark(full, { component: 'E[5]', note: 'five' })[5]?.note).toBe('five');
  });
});

test('what a page asks for is read with care', () => {
  expect(readBookmarkChange({ component: 'E[1]', note: null })).toEqual({
    component: 'E[1]',
    note: null,
  });
  expect(readBookmarkChange({ component: 'E[1]', note: 'a', at: 2 })).toEqual({
    ...{ component: 'E[1]', note: 'a', at: 2 },
  });
  expect(readBookmarkChange({ component: 'E[1]', note: 'a', at: -1 })).toEqual({
    ...{ component: 'E[1]', note: 'a' },
  });
  for (const wrong of [null, 3, {}, { component: 3, note: 'a' }, { component: 'E[1]', note: 4 }]) {
    expect(readBookmarkChange(wrong)).toBeUndefined();
  }
});
