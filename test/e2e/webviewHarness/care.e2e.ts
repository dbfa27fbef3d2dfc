/** Panels that are narrow, enlarged, or read by somebody who wants no motion. */
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import type { PanelLocation } from '../../../src/protocol/panelApi';
import { eventually, matrix, row, usePanel } from './usePanel';

const open = usePanel();

const PAGES: readonly PanelLocation[] = [
  { page: 'overview' },
  matrix('L3.FF.V'),
  row('L3.FF.V[3]'),
  { page: 'search', token: ' she' },
  { page: 'head', component: 'L3.H2.VO' },
  { page: 'bookmarks' },
  { page: 'tensors' },
];

/** Parts of the path that lie over the next one, and bars that hide a part of what they say. */
function faults(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const crumbs = [...document.querySelectorAll('.crumb')].filter(
      (crumb) => crumb.getBoundingClientRect().width > 0,
    );
    const overlaps = crumbs.flatMap((crumb, at) => {
      const next = crumbs[at + 1]?.getBoundingClientRect();
      const shown = [...crumb.children].map((child) => child.getBoundingClientRect());
      const clips = getComputedStyle(crumb).overflow === 'hidden';
      const end = clips
        ? crumb.getBoundingClientRect().right
        : Math.max(...shown.map(({ right }) => right));
      return next !== undefined && end > next.left + 1
        ? [`${crumb.textContent.trim()} overlaps`]
        : [];
    });
    const wide = ['html', '.top-bar', '.footer'].filter((selector) => {
      const element = document.querySelector(selector);
      return element !== null && element.scrollWidth > element.clientWidth;
    });
    return [...overlaps, ...wide.map((selector) => `${selector} is too narrow`)];
  });
}

describe.each([
  ['320 px', { width: 320 }],
  ['450 px', { width: 450 }],
  ['a zoom of 200 %', { zoom: 2 }],
])('at %s', (_, size) => {
  test.each(PAGES)('the page $page says everything', async (location) => {
    const { at, view } = await open({ location, ...size });
    await at(`page-${location.page}`).waitFor();
    await eventually(() => at('footer').innerText()).toMatch(/\d|No/u);
    await eventually(() => faults(view.page)).toEqual([]);
  });
});

test('nothing moves for somebody who wants no motion', async () => {
  const { at, view } = await open({ location: { page: 'overview' } });
  const moving = (): Promise<number> =>
    view.page.evaluate(() => {
      const roots = [...document.querySelectorAll('*')].map(({ shadowRoot }) => shadowRoot);
      return [document, ...roots].reduce(
        (sum, root) => sum + (root?.getAnimations().length ?? 0),
        0,
      );
    });
  await at('progress').waitFor();
  await eventually(moving).toBeGreaterThan(0);
  await view.page.emulateMedia({ reducedMotion: 'reduce' });
  expect(await at('progress').isVisible()).toBe(true);
  expect(await moving()).toBe(0);
});
