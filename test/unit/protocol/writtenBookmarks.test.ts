import { describe, expect, test } from 'vitest';
import {
  bookmarksJson,
  bookmarksMarkdown,
  type MarkedReading,
} from '../../../src/protocol/written/bookmarks';
import { pairOptionsBeside, type PairReading } from '../../../src/protocol/pairs';
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
    expect(text).toContain('## `L9.FF.V[3]`\n\nThe model has it no more.\n');
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

describe('a bookmarked head', () => {
  const none = { undertrained: 0, special: 0, padding: 0, filter: 0 };
  const head: PairReading = {
    ...{ component: 'L1.H2.VO', rowSpace: 'input', columnSpace: 'output', exact: true },
    ...{ visited: 0.06, omitted: { rows: none, columns: none, pairs: 0 } },
    statistics: { statistic: 9, z: 12.8, pairings: 16, copying: { share: 0.04, control: 0.31 } },
    top: [{ row: { id: 5, text: ' she' }, column: { id: 6, text: ' her' }, score: 29.41 }],
  };
  const source = { ...SOURCE, pairOptions: pairOptionsBeside(OPTIONS) };
  const marked = [{ bookmark: { component: 'L1.H2.VO', note: 'women' }, reading: head }];

  test('is written as its best pairs beside its control, with how it was searched', () => {
    const text = bookmarksMarkdown(source, marked);
    expect(text).toMatch(
      /## `L1\.H2\.VO`\n\n> women\n\nz 12\.8, copies 4\.0 % \(shuffled 31\.0 %\)/u,
    );
    expect(text).toContain('| `" she"` | `" her"` | 29.4100 |');
    expect(JSON.parse(bookmarksJson(source, marked))).toMatchObject({
      pair_options: { negative: false, delta: 0 },
      bookmarks: [{ component: 'L1.H2.VO', note: 'women', head: { z: 12.8, exact: true } }],
    });
  });

  test('says that it was not judged where nobody did that yet', () => {
    const [unjudged] = marked.map((each) => ({ ...each, reading: { ...head, statistics: null } }));
    const given = unjudged === undefined ? [] : [unjudged];
    expect(bookmarksMarkdown(source, given)).toMatch(/z and copying are left out: /u);
    expect(bookmarksMarkdown(source, marked)).not.toContain('left out: ');
    const { bookmarks } = JSON.parse(bookmarksJson(source, given)) as {
      bookmarks: { head: { z: null; note: string } }[];
    };
    expect(bookmarks[0]?.head.z).toBeNull();
    expect(bookmarks[0]?.head.note).toContain('not been judged yet');
  });

  test('says why it cannot be read', () => {
    const bookmark = { component: 'L1.H2.QK', note: 'broken' };
    const reading = { component: 'L1.H2.QK', problem: 'L1.H2.Q holds weights that are NaN.' };
    const text = bookmarksMarkdown(source, [...marked, { bookmark, reading }]);
    expect(text).toContain(
      '## `L1.H2.QK`\n\n> broken\n\nThis head cannot be read: L1.H2.Q holds weights that are NaN.\n',
    );
    expect(text).toContain('| `" she"` | `" her"` | 29.4100 |');
    const { bookmarks } = JSON.parse(bookmarksJson(source, [{ bookmark, reading }])) as {
      bookmarks: unknown[];
    };
    expect(bookmarks).toEqual([
      {
        ...{ component: 'L1.H2.QK', note: 'broken', head: null },
        problem: 'This head cannot be read: L1.H2.Q holds weights that are NaN.',
      },
    ]);
  });
});
