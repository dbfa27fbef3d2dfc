/** The whole tour without a mouse: each test goes on where the one before it stopped. */
import { expect, test } from 'vitest';
import { Panel } from './support/panel';
import { addSampleModel } from './support/profile';
import { useVSCode } from './support/useVSCode';

/** A page has some thirty stops of Tab. */
const MAX_TABS = 60;

const code = useVSCode({ prepare: (workspace) => addSampleModel(workspace) });
let panel: Panel;

async function press(...keys: string[]): Promise<void> {
  for (const key of keys) await code().page.keyboard.press(key);
}

async function type(text: string): Promise<void> {
  await code().page.keyboard.type(text);
}

/** Presses Tab until something inside the element has the focus. */
async function tabTo(testId: string): Promise<void> {
  const target = panel.get(testId).first();
  await target.waitFor();
  const isThere = (): Promise<boolean> =>
    target.evaluate((element) => element.contains(document.activeElement));
  for (let presses = 0; presses < MAX_TABS && !(await isThere()); presses++) await press('Tab');
  expect(await isThere(), `${testId} is reached by Tab`).toBe(true);
}

async function goTo(component: string): Promise<void> {
  await press('g');
  await type(component);
  await press('Enter');
  await panel.crumb(component).waitFor();
}

test('from the palette to the overview', async () => {
  await code().palette('VocabScope: Inspect checkpoint');
  const models = code().page.locator('.quick-input-widget');
  await models.getByRole('option', { name: /sample/u }).waitFor();
  await press('Enter');
  panel = await Panel.shown(code());
  await panel.get('page-overview').waitFor();
  await code().palette('VocabScope: Focus panel');
  await panel.hasFocus();
});

test('the map, as a table too, and a cell of it', async () => {
  await tabTo('map');
  await press('v');
  await panel.get('map-table').waitFor();
  await press('v');
  await panel.get('map').waitFor();
  await tabTo('map');
  await press('ArrowDown', 'Enter');
  await panel.get('page-matrix').waitFor();
});

test('a table: filtered, and a row of it opened', async () => {
  await goTo('L5.FF.V');
  const counts = panel.get('row-counts');
  await counts.filter({ hasText: /stand out/u }).waitFor();
  await press('/');
  await type('z>3');
  await counts.filter({ hasText: /of 512 rows/u }).waitFor();
  await press('Escape');
  await counts.filter({ hasText: /^\s*512 rows/u }).waitFor();
  await panel.get('row-table').getByTestId('row').first().waitFor();
  await tabTo('row-table');
  await press('Control+Home', 'ArrowDown', 'Enter');
  await panel.get('page-row').waitFor();
});

test('a row: its neighbours in order, a bookmark with a note, its histogram as a table', async () => {
  const position = panel.get('row-position');
  await expect.poll(() => position.innerText()).toMatch(/^2 of 512/u);
  await press(']');
  await expect.poll(() => position.innerText()).toMatch(/^3 of 512/u);
  await press('[');
  await expect.poll(() => position.innerText()).toMatch(/^2 of 512/u);
  await press('b');
  await tabTo('bookmark-note');
  await type('found by keys');
  await press('Enter');
  await panel.get('live').filter({ hasText: 'The note is kept.' }).waitFor();
  await press('Tab');
  await panel.get('histogram').waitFor();
  await press('v');
  await panel.get('histogram-table').waitFor();
});

test('one of its tokens over the whole model, and back', async () => {
  await tabTo('list-top');
  await press('t');
  await panel.get('search-table').getByTestId('token-chip').first().waitFor();
  await press('Alt+ArrowLeft');
  await panel.get('page-row').waitFor();
  await press('Alt+ArrowRight');
  await panel.get('page-search').waitFor();
});

test('a word that is typed, and a row that promotes it', async () => {
  await tabTo('search-table');
  await press('t');
  await type('she');
  await panel.get('find-option').first().waitFor();
  await press('ArrowDown', 'Enter');
  await panel.get('search-table').getByTestId('token-chip').first().waitFor();
  await tabTo('search-table');
  await press('Control+Home', 'Enter');
  await panel.get('page-row').waitFor();
});

test('what could stand in the place of a part of the way', async () => {
  await goTo('L3.H1.Q[2]');
  const way = await panel.get('breadcrumbs').innerText();
  await tabTo('crumb-menu-L3');
  await press('Alt+ArrowDown');
  await panel.frame.getByRole('menu').waitFor();
  await press('ArrowDown', 'Enter');
  await expect.poll(() => panel.get('breadcrumbs').innerText()).not.toBe(way);
});

test('options, and the list of keys', async () => {
  await goTo('L3.H1.Q[2]');
  await press('o');
  const space = panel.get('option-space');
  await expect.poll(() => space.evaluate((it) => it.contains(document.activeElement))).toBe(true);
  await tabTo('option-hidden');
  await press('Enter');
  await panel.get('option-hidden').filter({ hasText: /shown/u }).waitFor();
  await press('Enter');
  await panel
    .get('option-hidden')
    .filter({ hasText: /hidden/u })
    .waitFor();
  await press('?');
  await panel.get('key-help').waitFor();
  // Escape closes one thing at a time, the card of where the focus was before the keys.
  await panel.get('hover-card').waitFor({ state: 'detached' });
  await press('Escape');
  await panel.get('key-help').waitFor({ state: 'detached' });
});

test('the tree, a row of it bookmarked, and the page of bookmarks', async () => {
  await tabTo('tree');
  await press('Home', 'ArrowRight');
  const first = panel.frame.locator('[data-component="E[0]"]');
  await first.waitFor();
  await press('ArrowDown', 'b');
  await first.locator('.row-star').waitFor();
  await code().screenshot('keyboard-tour');
  await tabTo('bookmarks');
  await press('Enter');
  await panel.get('bookmarks-table').getByText('found by keys').last().waitFor();
  await expect.poll(() => panel.get('bookmarks-table').innerText()).toContain('E[0]');
});
