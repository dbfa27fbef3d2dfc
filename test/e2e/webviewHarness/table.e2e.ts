/** The table of rows: columns, sparklines, selection, comparison, orders. */
import { describe, expect, test } from 'vitest';
import { PANEL_METHODS } from '../../../src/protocol/panelApi';
import { THEME_NAMES } from './panelPage';
import type { PageOptions, PanelPage } from './panelPage';
import { eventually, matrix, usePanel } from './usePanel';
import type { OpenPanel } from './usePanel';

const open = usePanel();

async function openScanned(options: Partial<PageOptions> = {}): Promise<OpenPanel> {
  const panel = await open({ location: matrix('L0.FF.K'), ...options });
  await eventually(() => panel.at('row-counts').innerText()).toMatch(/stand out/u);
  return panel;
}

/** Text of a column, from the first row down. */
async function column({ page }: PanelPage, id: string): Promise<string[]> {
  return page.locator(`[data-testid="row"] [data-column="${id}"]`).allInnerTexts();
}

async function numbers(view: PanelPage, id: string): Promise<number[]> {
  return (await column(view, id)).map((text) =>
    Number(text.replace('−', '-').replace('≈', '').split('\n')[0]),
  );
}

function selected({ page }: PanelPage): Promise<number> {
  return page.locator('[data-testid="row"][aria-selected="true"]').count();
}

describe('columns', () => {
  test('are chosen by keys, sort the table, and are remembered', async () => {
    const { at, view } = await openScanned();
    const { page } = view;
    await at('columns').focus();
    await page.keyboard.press('ArrowDown');
    await page.getByRole('menuitemcheckbox', { name: 'Skewness' }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('menuitemcheckbox', { name: 'Other side' }).click();
    await page.getByRole('menuitemcheckbox', { name: 'Norm' }).click();
    await page.keyboard.press('Escape');
    await at('sort-skewness').waitFor();
    expect(await at('sort-norm').count()).toBe(0);
    await at('sort-skewness').click();
    await eventually(async () => {
      const values = await numbers(view, 'skewness');
      return (
        values.length > 10 && values.every((value, i) => i === 0 || value <= (values[i - 1] ?? NaN))
      );
    }).toBe(true);
    expect(
      await at('row-table').locator('[data-column="otherSide"] .chip').count(),
    ).toBeGreaterThan(5);

    const again = await open({ location: matrix('L1.FF.V'), stored: await view.kept() });
    await again.at('sort-skewness').waitFor();
    expect(await again.at('sort-norm').count()).toBe(0);
  });

  test('that do not fit scroll sideways beside the row’s name', async () => {
    const columns = [
      'otherSide',
      'z',
      'kurtosis',
      'rawKurtosis',
      'skewness',
      'mean',
      'std',
      'norm',
      'shape',
    ];
    const { at, view } = await openScanned({ width: 800, stored: { columns, treeShown: false } });
    const table = at('row-table');
    await table.evaluate((element) => {
      element.scrollLeft = 300;
    });
    const name = await at('row').first().locator('[data-column="row"]').boundingBox();
    const box = await table.boundingBox();
    expect(Math.abs((name?.x ?? 0) - (box?.x ?? 0))).toBeLessThan(14);
    expect(await view.violations()).toEqual([]);
  });
});

test('sparklines are asked for the rows in sight alone, once scrolling rests', async () => {
  const { at, view } = await openScanned({ height: 500 });
  await at('row-table').locator('.sparkline').first().waitFor();
  const asked = view.host.queries.filter(({ method }) => method === 'shapes');
  expect(asked).toHaveLength(1);
  const { components } = asked[0]?.params as { components: string[] };
  expect(components.length).toBeLessThan(40);
  expect(components).toContain(`L0.FF.${(await column(view, 'row'))[0] ?? ''}`);
  await at('row-table').locator('[data-column="shape"]').first().hover();
  await at('hover-card').getByText('tokens beyond 4 standard deviations').first().waitFor();
  await at('row-table').locator('[tabindex="0"]').focus();
  await view.page.keyboard.press('Control+End');
  await eventually(() => view.host.queries.filter(({ method }) => method === 'shapes').length).toBe(
    2,
  );
});

describe('rows are selected', () => {
  test('by Space, by Shift and arrows, all that the filter leaves by Ctrl+A', async () => {
    const { at, view } = await openScanned();
    const { page } = view;
    await at('row-table').locator('[tabindex="0"]').focus();
    await page.keyboard.press('Space');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Space');
    expect(await selected(view)).toBe(2);
    await page.keyboard.press('Shift+ArrowDown');
    await page.keyboard.press('Shift+ArrowDown');
    await eventually(() => selected(view)).toBe(4);
    await page.keyboard.press('Shift+ArrowUp');
    await eventually(() => selected(view)).toBe(3);
    expect(await at('selection-bar').innerText()).toContain('3 selected');
    await at('row-filter').locator('input').fill('norm>1.5');
    await eventually(() => at('row-counts').innerText()).toMatch(/^\d+ of 64 rows/u);
    const left = Number.parseInt(await at('row-counts').innerText(), 10);
    await at('row-table').locator('[tabindex="0"]').focus();
    await page.keyboard.press('Control+a');
    await eventually(() => at('selection-bar').innerText()).toContain(`${left} selected`);
    expect(await at('live').innerText()).toBe(`${left} selected`);
    await at('selection-clear').click();
    await at('selection-bar').waitFor({ state: 'detached' });
  });

  test('by Ctrl and Shift with the mouse', async () => {
    const { at, view } = await openScanned();
    await at('row')
      .nth(1)
      .click({ modifiers: ['Control'] });
    await at('row')
      .nth(5)
      .click({ modifiers: ['Shift'] });
    await eventually(() => selected(view)).toBe(5);
    await at('row')
      .nth(3)
      .click({ modifiers: ['Control'] });
    await eventually(() => selected(view)).toBe(4);
    expect(await at('page-matrix').count()).toBe(1);
  });

  test('to the number of ten thousand, and copied whether they are in memory or not', async () => {
    const { at, view } = await open({ location: matrix('E') });
    const { page } = view;
    await at('row').first().waitFor();
    await at('row-table').locator('[tabindex="0"]').focus();
    await page.keyboard.press('Control+a');
    await eventually(() => at('live').innerText()).toBe('Only the first 10,000 rows are selected.');
    await at('selection-clear').click();
    await at('row-table').locator('[tabindex="0"]').focus();
    await page.keyboard.press('Space');
    // Far enough that most rows on the way never come into sight.
    await at('row-table').evaluate((table) => {
      table.scrollTop = 300 * 22;
    });
    const far = at('row').nth(12);
    await eventually(() => far.getAttribute('aria-rowindex').then(Number)).toBeGreaterThan(500);
    await far.locator('.chip').first().waitFor();
    const count = Number(await far.getAttribute('aria-rowindex')) - 1;
    await far.click({ modifiers: ['Shift'] });
    await eventually(() => at('live').innerText()).toBe(`${count} selected`);
    await page.keyboard.press('Control+c');
    await eventually(() => at('live').innerText()).toBe(`${count} rows copied.`);
    const copied = view.host.received.find(({ method }) => method === PANEL_METHODS.copy);
    const { text } = copied?.params as { text: string };
    expect(text.match(/^E\[\d+\]\t/gmu)).toHaveLength(count);
  });

  test('from where the reader is, not from where a stretch was before', async () => {
    const { at, view } = await openScanned();
    const { page } = view;
    await at('row-table').locator('[tabindex="0"]').focus();
    await page.keyboard.press('Space');
    for (let step = 0; step < 10; step += 1) await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Shift+ArrowDown');
    await eventually(() => selected(view)).toBe(3);
  });
});

describe('rows are compared', () => {
  test('side by side, what they share marked, closed by Escape', async () => {
    const { at, view } = await openScanned();
    const { page } = view;
    for (const row of [0, 1, 2, 3, 4]) {
      await at('row')
        .nth(row)
        .click({ modifiers: ['Control'] });
    }
    await at('compare-toggle').focus();
    await page.keyboard.press('Enter');
    await at('compare').getByText('the first 4 of 5').waitFor();
    await eventually(() => at('compare').locator('thead .row-link').count()).toBe(4);
    const marks = at('compare').locator('.shared-mark');
    await eventually(() => marks.count()).toBeGreaterThan(0);
    expect(await marks.first().getAttribute('aria-label')).toMatch(/^in [234] of the rows$/u);
    const first = (await at('compare').locator('thead .row-link').first().innerText()).trim();
    await at('compare')
      .getByRole('button', { name: `Remove ${first}` })
      .click();
    await eventually(() => at('compare').locator('thead .row-link').first().innerText()).not.toBe(
      first,
    );
    expect(await at('selection-bar').innerText()).toContain('4 selected');
    await page.keyboard.press('Escape');
    await at('compare').waitFor({ state: 'detached' });
    expect(await selected(view)).toBe(4);
  });

  test.each(THEME_NAMES)('accessibly in the theme %s, as is the menu of columns', async (theme) => {
    const { at, view } = await openScanned({ theme });
    for (const row of [0, 1]) {
      await at('row')
        .nth(row)
        .click({ modifiers: ['Control'] });
    }
    await at('compare-toggle').click();
    await at('compare').locator('thead .row-link').first().waitFor();
    await at('columns').click();
    await view.page.getByRole('menuitemcheckbox', { name: 'Skewness' }).waitFor();
    expect(await view.violations()).toEqual([]);
    expect(view.complaints).toEqual([]);
    await view.page.screenshot({ path: `.tmp/screenshots/table-${theme}.png` });
  });

  test.each(THEME_NAMES)('below 500 px in the theme %s', async (theme) => {
    const { at, view } = await openScanned({ theme, width: 420, height: 900 });
    for (const row of [0, 2]) {
      await at('row')
        .nth(row)
        .click({ modifiers: ['Control'] });
    }
    await at('compare-toggle').click();
    await at('compare').locator('thead .row-link').first().waitFor();
    expect(await view.violations()).toEqual([]);
    await view.page.screenshot({ path: `.tmp/screenshots/table-${theme}-420.png` });
  });
});

test('norms sort a table that is not scanned, and ask for no scan', async () => {
  const { at, engine, view } = await open({ location: matrix('E') });
  engine.scanStepMs = 200;
  await at('scan-line').waitFor();
  await at('sort-norm').click();
  await eventually(() =>
    view.host.queries.some(
      ({ method, params }) => method === 'rowPage' && (params as { sort: string }).sort === 'norm',
    ),
  ).toBe(true);
  await eventually(() =>
    at('row-table').getByRole('columnheader', { name: 'Norm' }).getAttribute('aria-sort'),
  ).toBe('descending');
  await at('sort-kurtosis').click();
  await at('progress').waitFor();
  expect(view.host.queries.filter(({ method }) => method === 'scan')).toHaveLength(1);
});
