/** Marking rows: by star and key, with notes, and taking marks away with a way back. */
import { describe, expect, test } from 'vitest';
import { PANEL_METHODS } from '../../../src/protocol/panelApi';
import { THEME_NAMES } from './panelPage';
import { eventually, lastSent, matrix, row, usePanel } from './usePanel';
import type { OpenPanel } from './usePanel';

const open = usePanel();

const BOOKMARKS = [
  { component: 'L3.FF.V[62]', note: 'pronouns of women' },
  { component: 'L0.H1.O[5]', note: '' },
  { component: 'L9.FF.V[3]', note: 'of an older file' },
];
const MARKED_HEAD = { component: 'L2.H3.QK', note: '' };

/** What the panel asked the host to keep. */
function asked({ view }: OpenPanel): unknown[] {
  return view.host.received
    .filter(({ method }) => method === PANEL_METHODS.setBookmark)
    .map(({ params }) => params);
}

test('the star of a row and its note are kept, and can be taken back', async () => {
  const panel = await open({ location: row('L3.FF.V[3]') });
  const { at, view } = panel;
  await at('bookmark').click();
  expect(await at('bookmark').getAttribute('aria-pressed')).toBe('true');
  await at('bookmark-note').fill('says she');
  await view.page.keyboard.press('Enter');
  await eventually(() => at('live').innerText()).toBe('The note is kept.');
  await at('bookmark').click();
  await eventually(() => at('live').innerText()).toBe('The bookmark of L3.FF.V[3] is removed.');
  expect(await at('bookmark-note').count()).toBe(0);
  await at('undo').click();
  expect(await at('bookmark-note').inputValue()).toBe('says she');
  expect(asked(panel)).toEqual([
    { component: 'L3.FF.V[3]', note: '' },
    { component: 'L3.FF.V[3]', note: 'says she' },
    { component: 'L3.FF.V[3]', note: null },
    { component: 'L3.FF.V[3]', note: 'says she', at: 0 },
  ]);
});

test('`b` marks the row in focus: in tables and in the tree', async () => {
  const panel = await open({ location: matrix('L0.FF.K') });
  const { at, view } = panel;
  await eventually(() => at('row-counts').innerText()).toMatch(/stand out/u);
  await at('row-table').locator('[data-cell="0:0"]').focus();
  const name = (await at('row').first().locator('[data-column="row"]').innerText()).trim();
  await view.page.keyboard.press('b');
  await at('row').first().getByRole('img', { name: 'bookmarked' }).waitFor();
  await view.page.locator('[data-component="L0.FF.K"]').click();
  await view.page.locator('[data-component="L0.FF.K"] .tree-twistie').click();
  await view.page.locator('[data-component="L0.FF.K[1]"]').waitFor();
  await view.page.keyboard.press('ArrowDown');
  await view.page.keyboard.press('ArrowDown');
  await view.page.keyboard.press('b');
  await view.page.locator('[data-component="L0.FF.K[1]"] .row-star').waitFor();
  expect(asked(panel)).toEqual([
    { component: `L0.FF.${name}`, note: '' },
    { component: 'L0.FF.K[1]', note: '' },
  ]);
});

test('a head is marked on its page and in the tree, and listed with its best pairs', async () => {
  const panel = await open({ location: { page: 'head', component: 'L2.H1.VO' } });
  const { at, view } = panel;
  const { page } = view;
  await at('pair-table').getByTestId('row').first().waitFor();
  await page.keyboard.press('b');
  await eventually(() => at('bookmark').getAttribute('aria-pressed')).toBe('true');
  await at('bookmark-note').fill('moves women');
  await page.keyboard.press('Enter');
  await page.locator('.tree-item[data-component="L2.H1.VO"] .row-star').waitFor();
  await page.locator('.tree-item[data-component="L2.H1.QK"]').focus();
  await page.keyboard.press('b');
  await eventually(() => asked(panel)).toEqual([
    { component: 'L2.H1.VO', note: '' },
    { component: 'L2.H1.VO', note: 'moves women' },
    { component: 'L2.H1.QK', note: '' },
  ]);
  await at('bookmarks').click();
  const first = at('bookmarks-table').getByTestId('row').first();
  await eventually(() => first.locator('.pair').count()).toBe(3);
  await eventually(() => first.locator('[data-column="z"]').innerText()).toMatch(/^−?\d+\.\d/u);
  const menu = (await first.getAttribute('data-vscode-context')) ?? '{}';
  expect(JSON.parse(menu)).toMatchObject({ webviewSection: 'head', bookmarked: true });
  await first.click();
  await at('page-head').locator('.row-id', { hasText: 'L2.H1.VO' }).waitFor();
});

describe('the page of bookmarks', () => {
  test('lists them with words and notes; Delete removes one, with a way back', async () => {
    const panel = await open({ bookmarks: BOOKMARKS });
    const { at, view } = panel;
    await at('bookmarks').click();
    const table = at('bookmarks-table');
    await table.getByTestId('token-chip').first().waitFor();
    expect(await at('row').count()).toBe(3);
    await table.locator('.note-text', { hasText: 'pronouns of women' }).waitFor();
    await table.getByText('not in this model any more').waitFor();
    await table.locator('[data-cell="1:0"]').focus();
    await view.page.keyboard.press('Delete');
    await eventually(() => at('row').count()).toBe(2);
    await eventually(() =>
      table.evaluate((element) => element.contains(document.activeElement)),
    ).toBe(true);
    await at('undo').click();
    await eventually(() => at('row').count()).toBe(3);
    expect(await at('row').nth(1).innerText()).toContain('L0.H1.O[5]');
    await table.locator('[data-cell="0:0"]').focus();
    await view.page.keyboard.press('Enter');
    await at('page-row').getByRole('heading', { name: 'L3.FF.V[62]' }).waitFor();
  });

  test('has a button to export them, and says how to make one where there is none', async () => {
    const { at, view } = await open({ bookmarks: BOOKMARKS, location: { page: 'bookmarks' } });
    await at('export-bookmarks').click();
    await eventually(() => lastSent(view, PANEL_METHODS.action)).toMatchObject({
      action: 'exportBookmarks',
    });
    const empty = await open({ location: { page: 'bookmarks' } });
    await empty.at('empty').getByText('press b on a row').waitFor();
    expect(await empty.view.violations()).toEqual([]);
  });
});

test('where the judged heads cannot be read it says so once, and asks again when told to', async () => {
  const panel = await open({ bookmarks: [MARKED_HEAD] });
  const { at, engine, view } = panel;
  engine.broken.set('headMap', { reason: 'io', message: 'The cache cannot be read.' });
  const asked = (): number => view.host.queries.filter(({ method }) => method === 'headMap').length;
  await at('bookmarks').click();
  await at('failure').getByText('The cache cannot be read.').waitFor();
  await at('bookmarks-table').locator('.pair').first().waitFor();
  expect(asked()).toBe(1);
  await view.page.keyboard.press('Alt+ArrowLeft');
  await at('map-of-heads').click();
  await at('failure').waitFor();
  expect(asked()).toBe(1);
  engine.broken.clear();
  await at('failure').getByText('Try again').click();
  await at('failure').waitFor({ state: 'detached' });
  expect(asked()).toBe(2);
  expect(engine.heads.judged.size).toBe(0);
});

test('a head that cannot be read says so, and keeps no other from being read', async () => {
  const panel = await open({
    bookmarks: [MARKED_HEAD, { component: 'L1.H2.QK', note: '' }, ...BOOKMARKS],
  });
  const { at, engine, view } = panel;
  engine.heads.unreadable.add('L1.H2.QK');
  const asked = (): number => view.host.queries.filter(({ method }) => method === 'pairs').length;
  await at('bookmarks').click();
  const line = at('row').nth(1);
  await line.getByText('L1.H2.QK holds weights that are NaN').waitFor();
  expect(await at('row').first().locator('.pair').count()).toBe(3);
  expect(await view.violations()).toEqual([]);
  // Without one of them, nothing is missing: nothing is asked, and no line moves the table.
  await line.locator('[data-cell="1:0"]').focus();
  await view.page.keyboard.press('Delete');
  await eventually(() => at('row').count()).toBe(4);
  expect(await at('row').first().locator('.pair').count()).toBe(3);
  expect(asked()).toBe(1);
});

test('words of a new bookmark stand there while rows are judged', async () => {
  const panel = await open({ bookmarks: BOOKMARKS, location: { page: 'bookmarks' } });
  const { at, engine, view } = panel;
  const z = at('row').first().locator('[data-column="z"]');
  await eventually(() => z.innerText()).toMatch(/^−?\d/u);
  const was = await z.innerText();
  engine.judgeMs = 600_000;
  const added = { component: 'L2.FF.V[7]', note: '' };
  view.host.notify(PANEL_METHODS.bookmarks, [...BOOKMARKS, added]);
  await at('row').nth(3).getByTestId('token-chip').first().waitFor();
  expect(await z.innerText()).toBe(was);
});

test('the box finds bookmarks by their notes', async () => {
  const { at, view } = await open({ bookmarks: BOOKMARKS });
  await at('page-overview').waitFor();
  await view.page.keyboard.press('g');
  await view.page.keyboard.type('women');
  await eventually(() => at('find-option').first().innerText()).toMatch(/pronouns of women/u);
  await view.page.keyboard.press('Enter');
  await at('page-row').getByRole('heading', { name: 'L3.FF.V[62]' }).waitFor();
});

test('what the host has now shows at once', async () => {
  const { at, view } = await open({ location: row('L3.FF.V[3]') });
  await at('bookmark').waitFor();
  view.host.notify(PANEL_METHODS.bookmarks, [{ component: 'L3.FF.V[3]', note: 'from the tree' }]);
  await eventually(() => at('bookmark-note').inputValue()).toBe('from the tree');
});

describe.each(THEME_NAMES)('in the theme %s', (theme) => {
  test.each(theme === 'dark' ? [1100, 400] : [1100])(
    'the page is accessible at %i px',
    async (width) => {
      const { at, view } = await open({
        ...{ theme, width, bookmarks: [...BOOKMARKS, MARKED_HEAD] },
        location: { page: 'bookmarks' },
      });
      await at('bookmarks-table').locator('.pair').first().waitFor();
      expect(await view.violations()).toEqual([]);
      await view.page.screenshot({ path: `.tmp/screenshots/bookmarks-${theme}-${width}.png` });
      await at('row').first().click();
      await at('bookmark-note').waitFor();
      await at('list-top').waitFor();
      expect(await view.violations()).toEqual([]);
      await view.page.screenshot({ path: `.tmp/screenshots/bookmarked-${theme}-${width}.png` });
      expect(view.complaints).toEqual([]);
    },
  );
});
