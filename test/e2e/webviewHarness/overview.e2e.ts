/** The overview: a map that fills in, and the words that a newcomer reads first. */
import { expect, test } from 'vitest';
import { THEME_NAMES } from './panelPage';
import { SYNTHETIC_SUMMARY } from './syntheticEngine';
import { eventually, usePanel } from './usePanel';
import type { OpenPanel } from './usePanel';

const open = usePanel();
const TABLES = 24;

function scanned({ view }: OpenPanel): string[] {
  return view.host.queries
    .filter(({ method }) => method === 'scan')
    .map(({ params }) => (params as { matrix: string }).matrix);
}

test('the map fills in nearest to the pointer first, and is cancelled', async () => {
  const panel = await open();
  const { at, engine, view } = panel;
  engine.scanStepMs = 100;
  const cell = view.page.getByTestId('map').locator('[data-component="L3.O"]');
  await cell.hover();
  await eventually(() => scanned(panel).length).toBeGreaterThan(0);
  const before = scanned(panel).length;
  await cell.hover();
  engine.scanStepMs = 20;
  await eventually(() => scanned(panel).length).toBeGreaterThan(before + 4);
  const near = scanned(panel).slice(before, before + 4);
  expect(near).toContain('L3.O');
  // Rows of the map are less high than its columns are wide.
  for (const matrix of near) expect(matrix).toMatch(/^L\d\.[OV]$/u);
  await at('scan-cancel').click();
  await at('progress').waitFor({ state: 'detached' });
  expect(scanned(panel).length).toBeLessThan(TABLES);
  await at('scan-all').waitFor();
});

test('a model that is too large to be scanned unasked begins with values of its last layers', async () => {
  const matrices = SYNTHETIC_SUMMARY.matrices.map((table) =>
    table.kind === 'FF.K' || table.kind === 'FF.V' ? { ...table, rows: 6000 } : table,
  );
  const panel = await open({ summary: { ...SYNTHETIC_SUMMARY, matrices } });
  await eventually(() => scanned(panel).sort()).toEqual(['L2.FF.V', 'L3.FF.V']);
  await panel.at('scan-all').waitFor();
  await eventually(() => panel.at('readable-rows').locator('.chip').count()).toBeGreaterThan(5);
});

test('a cell says its most readable rows in words, and opens its table', async () => {
  const { at, view } = await open();
  const { page } = view;
  await eventually(() => at('readable-rows').getByTestId('row').count()).toBeGreaterThan(5);
  await at('progress').waitFor({ state: 'detached' });
  const best = await at('readable-rows').locator('.row-name').first().innerText();
  const table = best.replace(/\.H\d+/u, '').replace(/\[\d+\]$/u, '');
  const cell = page.getByTestId('map').locator(`[data-component="${table}"]`);
  await cell.hover();
  await at('hover-card').getByText(best).waitFor();
  expect(await at('hover-card').locator('.chip').count()).toBeGreaterThan(0);
  await cell.focus();
  await page.keyboard.press('Enter');
  await at('page-matrix').waitFor();
});

test.each(THEME_NAMES)('colours are chosen, in the theme %s', async (theme) => {
  const { at, view } = await open({ theme });
  await at('progress').waitFor({ state: 'detached' });
  await eventually(() => at('readable-rows').getByTestId('row').count()).toBeGreaterThan(5);
  await view.page.getByTestId('map').locator('[data-component="L1.FF.V"]').hover();
  await at('hover-card').waitFor();
  await view.page.screenshot({ path: `.tmp/screenshots/overview-${theme}.png` });
  expect(await view.violations()).toEqual([]);
});
