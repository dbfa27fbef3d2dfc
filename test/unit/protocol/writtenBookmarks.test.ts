import { describe, expect, test } from 'vitest';
import {
  bookmarksJson,
  bookmarksMarkdown,
  type MarkedReading,
} from '../../../src/protocol/written/bookmarks';
import { OPTIONS, READING, SUMMARY } from '../../support/summary';

const SOURCE = { summary: SUMMARY, options: OPTIONS };
const MARKED: readonly MarkedReading[] = [
  {
    bookmark: { component: READING.component, note: 'pronouns\n# no heading' },
    reading: READING,
  },
  { bookmark: { component: 'L9.FF.V[3]', note: '' }, reading: null },
];

describe('bookmarks as Markdown', () => {
  const text = bookmarksMarkdown(SOURCE, MARKED);

  test('say model and options, then each row under its id with its note and words', () => {
    expect(text).toMatch(/^# Readings of `tiny`\n/u);
    expect(text).toContain('rank dot');
    expect(text).toMatch(/## `L1\.FF\.V\[31\]`\n\n> pronouns\n> # no heading\n\nz 41\.2, /u);
    expect(text).toContain('`" she"`');
  });

  test('say which rows the model has no more', () => {
    expect(text).toContain('## `L9.FF.V[3]`\n\nThe model has no such row any more.\n');
  });
});

test('bookmarks as JSON carry notes and readings', () => {
  const document = JSON.parse(bookmarksJson(SOURCE, MARKED)) as Record<string, unknown>;
  expect(document).toMatchObject({
    schema: 'vocabscope/1',
    model: { name: 'tiny' },
    options: { rank: 'dot' },
    bookmarks: [
      {
        component: READING.component,
        note: 'pronouns\n# no heading',
        row: { z: 41.2, top: [{ token: ' she' }, { token: 'a|`b' }] },
      },
      { component: 'L9.FF.V[3]', note: '', row: null },
    ],
  });
});
