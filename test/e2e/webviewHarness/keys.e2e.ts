/** The panel by keys, and tables and trees of any size. */
import { describe, expect, test } from 'vitest';
import { PANEL_METHODS } from '../../../src/protocol/panelApi';
import { MANY_ROWS, SYNTHETIC_SUMMARY } from './syntheticEngine';
import { eventually, matrix, row, usePanel } from './usePanel';

const open = usePanel();

test('a tour by keys alone: overview, map, table, row, neighbours, back', async () => {
  const { view, at } = await open();
  const { page } = view;
  await at('readable-rows').getByTestId('row').first().waitFor();
  await at('map').locator('[tabindex="0"]').focus();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('Enter');
  await at('page-matrix').waitFor();
  await page.getByRole('heading', { name: 'L1.FF.V' }).waitFor();
  await eventually(() => at('row-counts').innerText()).toMatch(/stand out/u);
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('End');
  const second = page.locator('[data-testid="row"].active');
  expect(await second.getAttribute('aria-rowindex')).toBe('3');
  const name = await second.locator('[data-column="row"]').innerText();
  await page.keyboard.press('Enter');
  await at('page-row').waitFor();
  await page.getByRole('heading', { name: `L1.FF.${name}` }).waitFor();
  await eventually(() => at('row-position').innerText()).toBe('2 of 64 by z');

  await page.keyboard.press(']');
  await eventually(() => at('row-position').innerText()).toBe('3 of 64 by z');
  await page.keyboard.press('[');
  await page.keyboard.press('[');
  await eventually(() => at('row-position').innerText()).toBe('1 of 64 by z');

  await page.keyboard.press('Alt+ArrowLeft');
  await at('page-matrix').waitFor();
  await eventually(() =>
    page.evaluate(() =>
      document.activeElement?.closest('[data-testid="row"]')?.getAttribute('aria-rowindex'),
    ),
  ).toBe('2');
  await page.keyboard.press('Alt+ArrowLeft');
  await at('page-overview').waitFor();
  await page.keyboard.press('Alt+ArrowRight');
  await at('page-matrix').waitFor();
});

test('a cell that keys reach says what its number means; Escape closes the card', async () => {
  const { view, at } = await open({ location: matrix('L0.FF.K') });
  await eventually(() => at('row-counts').innerText()).toMatch(/stand out/u);
  await at('row-table').locator('[tabindex="0"]').focus();
  for (const key of ['ArrowDown', 'ArrowRight', 'ArrowRight']) await view.page.keyboard.press(key);
  await at('hover-card').getByText('How readable a row is').waitFor();
  await at('hover-card').getByText('over 256 random directions').waitFor();
  await at('hover-card').getByText('space auto, fold none').waitFor();
  await view.page.keyboard.press('Escape');
  await at('hover-card').waitFor({ state: 'detached' });
});

test('Ctrl+Enter opens beside whatever Enter opens, and the page stays', async () => {
  const { view, at } = await open({ location: matrix('L0.FF.K') });
  const { page } = view;
  const asked = (): unknown[] =>
    view.host.received
      .filter(({ method }) => method === PANEL_METHODS.openBeside)
      .map(({ params }) => params);
  await eventually(() => at('row-counts').innerText()).toMatch(/stand out/u);
  await at('row-table').locator('[data-cell="0:0"]').focus();
  const name = await at('row').first().locator('[data-column="row"]').innerText();
  await page.keyboard.press('Control+Enter');
  await page.locator('[data-component="L0"]').focus();
  await page.keyboard.press('Home');
  await page.keyboard.press('Control+Enter');
  await page.keyboard.press('g');
  await page.keyboard.type('3v62');
  await page.keyboard.press('Control+Enter');
  await at('breadcrumbs').getByText('synthetic').focus();
  await page.keyboard.press('Control+Enter');
  await eventually(asked).toEqual([
    { page: 'row', component: `L0.FF.${name}` },
    { page: 'matrix', component: 'E' },
    { page: 'row', component: 'L3.FF.V[62]' },
    { page: 'overview' },
  ]);
  expect(await at('page-matrix').count()).toBe(1);
});

test('keys that VS Code took are pressed in the page', async () => {
  const { view, at } = await open({ location: matrix('L0.FF.K') });
  await at('row').first().waitFor();
  view.host.notify(PANEL_METHODS.press, { chord: 'Ctrl+f' });
  await eventually(() =>
    at('row-filter').evaluate((filter) => filter.contains(document.activeElement)),
  ).toBe(true);
  await at('breadcrumbs').getByText('synthetic').click();
  await at('page-overview').waitFor();
  view.host.notify(PANEL_METHODS.press, { chord: 'Alt+ArrowLeft' });
  await at('page-matrix').waitFor();
});

test('where there is little room the middle of the way is in a menu', async () => {
  const { view, at } = await open({ width: 400, location: row('L2.H1.Q[3]') });
  await at('crumb-more').click();
  await view.page.getByRole('menuitemradio', { name: 'L0' }).click();
  await at('breadcrumbs').getByText('Q').waitFor();
  await view.page.getByRole('heading', { name: 'L0.H1.Q' }).waitFor();
});

test('letters that are typed are text, not commands', async () => {
  const { view, at } = await open({ location: matrix('L0.FF.K') });
  await at('row').first().waitFor();
  await view.page.keyboard.press('/');
  await view.page.keyboard.type('[v]?o');
  expect(await at('row-filter').locator('input').inputValue()).toBe('[v]?o');
  await at('empty').waitFor();
  await view.page.keyboard.press('Escape');
  await at('row').first().waitFor();
});

test('the tree unfolds to words by keys, and leads to a row', async () => {
  const { view, at } = await open();
  const { page } = view;
  await at('tree-item').first().focus();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowRight');
  await page.locator('[data-component="L0.FF.K[0]"] [data-testid="token-chip"]').first().waitFor();
  expect(await page.evaluate(() => document.activeElement?.getAttribute('data-component'))).toBe(
    'L0.FF.K[0]',
  );
  await page.keyboard.press('Enter');
  await at('page-row').waitFor();
  expect(await page.evaluate(() => document.activeElement?.getAttribute('data-component'))).toBe(
    'L0.FF.K[0]',
  );
  await page.keyboard.press('ArrowLeft');
  expect(await page.evaluate(() => document.activeElement?.getAttribute('data-component'))).toBe(
    'L0.FF.K',
  );
});

describe('a table of a million rows', () => {
  test.each([1, 2])('can be walked to its last row at a zoom of %i', async (zoom) => {
    const { view, at } = await open({ zoom, location: matrix('E') });
    const { page } = view;
    await at('row').first().waitFor();
    await at('row-table').locator('[tabindex="0"]').focus();
    await page.keyboard.press('Control+End');
    await page
      .locator(`[aria-rowindex="${MANY_ROWS + 1}"] [data-testid="token-chip"]`)
      .first()
      .waitFor();
    expect(await at('row').count()).toBeLessThan(120);
    const inView = await page.locator(`[aria-rowindex="${MANY_ROWS + 1}"]`).evaluate((last) => {
      const { bottom } = last.getBoundingClientRect();
      const table = last.closest('.table')?.getBoundingClientRect();
      return Math.abs(bottom - (table?.bottom ?? 0));
    });
    expect(inView).toBeLessThan(3);
    await page.keyboard.press('Control+Home');
    await page.locator('[aria-rowindex="2"] [data-testid="token-chip"]').first().waitFor();
  });

  test('is not scanned unasked, and keeps the focused row while it scrolls', async () => {
    const { view, at } = await open({ location: matrix('E') });
    const { page } = view;
    await at('scan-line').waitFor();
    await at('row-table').locator('[tabindex="0"]').focus();
    await page.mouse.move(700, 400);
    await page.mouse.wheel(0, 50_000);
    await eventually(() =>
      at('row').nth(10).getAttribute('aria-rowindex').then(Number),
    ).toBeGreaterThan(1000);
    expect(
      await page.evaluate(() =>
        document.activeElement?.closest('[data-testid="row"]')?.getAttribute('aria-rowindex'),
      ),
    ).toBe('2');
    expect(view.host.queries.some(({ method }) => method === 'scan')).toBe(false);
  });
});

test('a hundred layers of 64 heads unfold without filling the document', async () => {
  const layers = Array.from({ length: 100 }, (_, layer) => layer);
  const heads = Array.from({ length: 64 }, (_, head) => head);
  const kinds = ['FF.K', 'FF.V', 'Q', 'K', 'V', 'O'] as const;
  const matrices = layers.flatMap((layer) =>
    kinds.map((kind) => ({ id: `L${layer}.${kind}`, kind, layer, rows: 8192 })),
  );
  const { shape } = SYNTHETIC_SUMMARY;
  if (shape === null) throw new Error('The synthetic model has a shape.');
  const expanded = layers.flatMap((layer) => [
    `L${layer}`,
    `L${layer}.attention`,
    ...heads.slice(0, 3).map((head) => `L${layer}.H${head}`),
  ]);
  const { at, view } = await open({
    summary: {
      ...SYNTHETIC_SUMMARY,
      matrices,
      shape: { ...shape, nLayers: 100, nHeads: 64, nKvHeads: 64 },
    },
    stored: { expanded },
  });
  await at('tree-item').first().focus();
  await view.page.keyboard.press('Control+End');
  await view.page.locator('[data-component="L99.feedForward"]').waitFor();
  expect(await at('tree-item').count()).toBeLessThan(80);
  expect(await view.page.locator('.map-cell').count()).toBe(600);
  expect(await view.violations()).toEqual([]);
});

test('Ctrl+C copies rows with a header, and what is selected without the markers', async () => {
  const { at, view } = await open({ location: matrix('L0.FF.K') });
  const { page } = view;
  await page.evaluate(() => {
    window.addEventListener('copy', (event) => {
      document.title = event.clipboardData?.getData('text/plain') ?? '';
    });
  });
  await eventually(() => at('row-counts').innerText()).toMatch(/stand out/u);
  await at('row-table').locator('[tabindex="0"]').focus();
  await page.keyboard.press('Space');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Space');
  await page.keyboard.press('Control+c');
  const copied = await page.title();
  expect(copied).toMatch(/^# synthetic; space auto/u);
  expect(copied.match(/L0\.FF\.K\[\d+\]/gu)).toHaveLength(2);

  await page
    .locator('[data-exact=" she"]')
    .first()
    .evaluate((chip) => {
      document.getSelection()?.selectAllChildren(chip.closest('[data-column="tokens"]') ?? chip);
    });
  await page.keyboard.press('Control+c');
  expect(await page.title()).toContain('she');
  expect(await page.title()).not.toContain('␣');
});
