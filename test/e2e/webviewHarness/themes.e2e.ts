/** The panel in the four kinds of theme and at every width: axe finds nothing, the policy refuses nothing. */
import { describe, expect, test } from 'vitest';
import { THEME_NAMES } from './panelPage';
import { matrix, usePanel } from './usePanel';

const open = usePanel();

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
    await at('export-menu').click();
    expect(await view.violations()).toEqual([]);
    await page.keyboard.press('Escape');
    await page.keyboard.press('v');
    await at('histogram-table').waitFor();
    expect(await view.violations()).toEqual([]);
    expect(view.complaints).toEqual([]);
  });
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
