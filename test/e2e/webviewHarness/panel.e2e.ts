/** The panel in a browser, with a synthetic model at the other end: no VS Code, no engine. */
import type { Browser, Locator } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { PanelLocation } from '../../../src/protocol/panelApi';
import { PANEL_METHODS } from '../../../src/protocol/panelApi';
import { launchBrowser } from '../../vscode/browser.mjs';
import { PanelPage, THEME_NAMES } from './panelPage';
import type { PageOptions } from './panelPage';
import { MANY_ROWS, SYNTHETIC_SUMMARY, SyntheticEngine } from './syntheticEngine';

let browser: Browser;
let panel: PanelPage | undefined;

beforeAll(async () => {
  browser = await launchBrowser();
});

afterAll(async () => {
  await browser.close();
});

interface Opened {
  readonly view: PanelPage;
  readonly engine: SyntheticEngine;
  readonly at: (testId: string) => Locator;
}

async function open(options: Partial<PageOptions> = {}): Promise<Opened> {
  await panel?.close();
  const engine = new SyntheticEngine();
  const view = await PanelPage.open(browser, {
    summary: SYNTHETIC_SUMMARY,
    answer: engine.answer,
    ...options,
  });
  panel = view;
  return { view, engine, at: (testId) => view.page.getByTestId(testId) };
}

/** Waits for what the panel shows after a while. */
function eventually<T>(look: () => Promise<T> | T): ReturnType<typeof expect.poll<T>> {
  return expect.poll(look, { timeout: 15_000 });
}

const row = (component: string): PanelLocation => ({ page: 'row', component });
const matrix = (component: string): PanelLocation => ({ page: 'matrix', component });

describe.each(THEME_NAMES)('in the theme %s', (theme) => {
  test('every page and what unfolds on it is accessible, and nothing breaks the policy', async () => {
    const { view, at } = await open({ theme });
    const { page } = view;
    await at('readable-rows').getByTestId('row').first().waitFor();
    expect(await view.violations()).toEqual([]);
    await page.keyboard.press('v');
    await at('map-table').waitFor();
    expect(await view.violations()).toEqual([]);

    await at('option-filters').click();
    await at('filter-ascii').waitFor();
    expect(await view.violations()).toEqual([]);
    await page.keyboard.press('Escape');

    await page.keyboard.press('?');
    await at('key-help').waitFor();
    expect(await view.violations()).toEqual([]);
    await page.keyboard.press('Escape');

    await at('go').locator('input').fill('L3.FF.V');
    await page.keyboard.press('Enter');
    await at('row-table').getByTestId('token-chip').first().hover();
    await at('hover-card').waitFor();
    expect(await view.violations()).toEqual([]);
    await page.keyboard.press('Escape');
    await at('hover-card').waitFor({ state: 'detached' });

    await at('row').first().click();
    await at('histogram').waitFor();
    await at('copy-menu').click();
    expect(await view.violations()).toEqual([]);
    await page.keyboard.press('Escape');
    await page.keyboard.press('v');
    await at('histogram-table').waitFor();
    expect(await view.violations()).toEqual([]);
    expect(view.complaints).toEqual([]);
  });
});

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

test('a scan shows its progress, is cancelled, and can be asked again', async () => {
  const { at, engine, view } = await open();
  engine.scanStepMs = 200;
  await at('go').locator('input').fill('E');
  await view.page.keyboard.press('Enter');
  await at('scan').click();
  await eventually(() => at('progress').innerText()).toMatch(/of 1,000,000 rows, \d+ s/u);
  await at('scan-cancel').click();
  await at('progress').waitFor({ state: 'detached' });
  expect(await at('live').innerText()).toBe('The scan is cancelled.');
  engine.scanStepMs = 1;
  await at('scan').click();
  await eventually(() => at('row-counts').innerText()).toMatch(/stand out/u);
});

test('rows do not move under a reader who went down the table', async () => {
  const { at, engine, view } = await open({
    summary: {
      ...SYNTHETIC_SUMMARY,
      matrices: SYNTHETIC_SUMMARY.matrices.map((table) =>
        table.id === 'E' ? { ...table, rows: 20_000 } : table,
      ),
    },
  });
  engine.scanStepMs = 100;
  await at('go').locator('input').fill('L2.FF.K');
  await view.page.keyboard.press('Enter');
  await at('row').first().waitFor();
  await at('row-table').locator('[tabindex="0"]').focus();
  await view.page.keyboard.press('PageDown');
  await eventually(() => at('row-counts').innerText()).toMatch(/stand out/u);
  expect(
    await at('row-table').getByRole('columnheader', { name: 'Row' }).getAttribute('aria-sort'),
  ).toBe('ascending');
  await at('sort-z').click();
  expect(
    await at('row-table').getByRole('columnheader', { name: 'z' }).getAttribute('aria-sort'),
  ).toBe('descending');
});

test('options are marked, sent, and reset; the page stays', async () => {
  const { at, view } = await open({ location: row('L3.FF.V[3]') });
  await at('list-top').waitFor();
  await at('option-k').locator('input').fill('5');
  await view.page.keyboard.press('Enter');
  await eventually(() => at('list-top').locator('tbody tr').count()).toBe(5);
  await at('option-hidden').click();
  await eventually(() => view.page.locator('.option-mark').count()).toBe(2);
  expect(await view.violations()).toEqual([]);
  const sent = view.host.received.filter(({ method }) => method === PANEL_METHODS.setOptions);
  expect(sent.at(-1)?.params).toMatchObject({ k: 5, filters: { excludeUndertrained: false } });
  await at('options-reset').click();
  await eventually(() => at('list-top').locator('tbody tr').count()).toBe(20);
  expect(await view.page.locator('.option-mark').count()).toBe(0);
  await at('option-k').locator('input').fill('many');
  await view.page.keyboard.press('Enter');
  await view.page.getByText('1 to 200').waitFor();
});

test('a reload comes back to the same place, order and filter', async () => {
  const { at, view } = await open({ location: matrix('L0.FF.K') });
  await eventually(() => at('row-counts').innerText()).toMatch(/stand out/u);
  await at('sort-norm').click();
  await at('row-filter').locator('input').fill('norm>1.2');
  await eventually(() => at('row-counts').innerText()).toMatch(/^\d+ of 64 rows/u);
  const counts = await at('row-counts').innerText();
  const stored = await view.kept();
  const again = await open({ stored });
  await again.at('page-matrix').waitFor();
  await eventually(() => again.at('row-counts').innerText()).toBe(counts);
  expect(
    await again
      .at('row-table')
      .getByRole('columnheader', { name: 'Norm' })
      .getAttribute('aria-sort'),
  ).toBe('descending');
});

describe('what goes wrong', () => {
  test('a failing table says so in its place and can be tried again', async () => {
    const { at, engine, view } = await open();
    await at('readable-rows').getByTestId('row').first().waitFor();
    engine.failures.set('rowPage', {
      reason: 'changedOnDisk',
      message: 'model.safetensors changed on disk.',
    });
    await view.page.locator('[data-matrix="L1.Q"]').click();
    await at('failure').getByText('model.safetensors changed on disk.').waitFor();
    expect(await view.violations()).toEqual([]);
    await at('failure').getByText('Try again').click();
    await at('row').first().waitFor();
  });

  test('banners stand above what stays readable', async () => {
    const { at, view } = await open({ location: row('L3.FF.V[3]') });
    await at('list-top').waitFor();
    view.host.notify(PANEL_METHODS.engine, { state: 'restarted' });
    await at('banner').getByText('started again').waitFor();
    await at('list-top').waitFor();
    await at('banner').getByRole('button', { name: 'Dismiss' }).click();
    await at('banner').waitFor({ state: 'detached' });
    view.host.notify(PANEL_METHODS.stale, undefined);
    await at('banner').getByText('Reload').click();
    expect(view.host.received.at(-1)).toMatchObject({
      method: PANEL_METHODS.action,
      params: { action: 'reload' },
    });
    expect(await view.violations()).toEqual([]);
  });

  test('a model that cannot be opened says why, with buttons', async () => {
    const failure = {
      reason: 'truncated',
      message: 'model.safetensors ends before its header does.',
    };
    const { at, view } = await open({ summary: null, failure });
    await at('page-failed').getByText(failure.message).waitFor();
    expect(await view.violations()).toEqual([]);
    await at('page-failed').getByText('Show log').click();
    expect(view.host.received.at(-1)).toMatchObject({ params: { action: 'showLog' } });
  });

  test('an unknown architecture shows its tensors and what was looked for', async () => {
    const architectureProblem =
      'The architecture "strange" is not known: no tensor is named wte.weight.';
    const { at, view } = await open({
      summary: {
        ...SYNTHETIC_SUMMARY,
        shape: null,
        architectureProblem,
        tokenizer: null,
        matrices: [],
      },
    });
    await at('warnings').getByText(architectureProblem).waitFor();
    await at('tensor-table').getByText('wte.weight').waitFor();
    expect(await view.violations()).toEqual([]);
    await at('useOfferedTokenizer').click();
    expect(view.host.received.at(-1)).toMatchObject({ params: { action: 'useOfferedTokenizer' } });
  });

  test('a component that the model lacks is refused with a sentence', async () => {
    const { at, view } = await open();
    await at('go').locator('input').fill('L9.FF.V[3]');
    await view.page.keyboard.press('Enter');
    await at('go-problem').getByText('synthetic has no L9.FF.V[3].').waitFor();
    expect(await view.violations()).toEqual([]);
  });
});

test('copies carry exact texts', async () => {
  const { at, view } = await open({ location: row('L3.FF.V[3]') });
  await at('copy-menu').click();
  await view.page.getByRole('menuitem', { name: 'As JSON' }).click();
  const copied = view.host.received.at(-1);
  expect(copied?.method).toBe(PANEL_METHODS.copy);
  const { rows } = JSON.parse((copied?.params as { text: string }).text) as {
    rows: { component: string }[];
  };
  expect(rows[0]?.component).toBe('L3.FF.V[3]');
});

test.each([450, 320])('at %i px everything is there, on two lines', async (width) => {
  const { at, view } = await open({ width, location: matrix('L0.FF.K') });
  await at('row').first().waitFor();
  expect(await at('tree').isVisible()).toBe(false);
  const { height } = (await at('row').first().boundingBox()) ?? { height: 0 };
  expect(height).toBeGreaterThanOrEqual(40);
  expect(
    await view.page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth),
  ).toBe(true);
  expect(await view.violations()).toEqual([]);
  await view.page.keyboard.press('o');
  await at('option-space').waitFor();
  await at('row').first().click();
  await at('histogram').waitFor();
  expect(await view.violations()).toEqual([]);
  expect(view.complaints).toEqual([]);
});
