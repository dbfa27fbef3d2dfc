/** A model and its base: the map of what changed, the rows that changed most, and one row in both. */
import { describe, expect, test } from 'vitest';
import type { EngineMethod, EngineParams } from '../../../src/protocol/engineApi';
import { PANEL_METHODS, type PanelLocation } from '../../../src/protocol/panelApi';
import { THEME_NAMES, type PageOptions } from './panelPage';
import { otherThan, reopening } from './syntheticAlignment';
import { SYNTHETIC_SUMMARY } from './syntheticEngine';
import { copiedBy, eventually, lastSent, usePanel, type OpenPanel } from './usePanel';

const open = usePanel();

const BASE = '/models/another';
const LOCATION: PanelLocation = { page: 'diff', other: BASE };
const CHANGED_TABLES = 6;

function openDiff(options: Partial<PageOptions> = {}): Promise<OpenPanel> {
  const openOther = (): { ok: typeof SYNTHETIC_SUMMARY } => ({ ok: otherThan(SYNTHETIC_SUMMARY) });
  return open({ location: LOCATION, openOther, ...options });
}

function lastRows({ view }: OpenPanel): EngineParams<'diffRows'> | undefined {
  const asked = view.host.queries.filter(({ method }) => method === 'diffRows').at(-1);
  return asked?.params as EngineParams<'diffRows'> | undefined;
}

describe('what changed', () => {
  test('is a sentence, a map and the rows that changed most', async () => {
    const panel = await openDiff();
    const { view, at } = panel;
    const { page } = view;
    const table = at('changed-table');
    await table.getByTestId('row').first().waitFor();
    expect(await at('verdict').innerText()).toBe(
      '37 of 77 tensors changed, 1 of them new. 322 of 1,001,026 rows changed, 2 of them new.',
    );
    expect(await page.locator('.map-same').count()).toBe(4 * 6 + 1 - CHANGED_TABLES);
    expect(await page.locator('.map-cell:not(.ramp-none)').count()).toBe(CHANGED_TABLES);
    expect(lastRows(panel)).toMatchObject({ other: 'other', sort: 'norm', descending: true });
    const shown = await table.locator('[data-column="norm"]').allInnerTexts();
    const norms = shown.map(Number);
    expect(norms).toEqual([...norms].sort((x, y) => y - x));
    expect(await page.locator('h1').innerText()).toBe('synthetic against its base another');
  });

  test('is of one table where its cell is chosen, by pointer or keys', async () => {
    const panel = await openDiff();
    const { view, at } = panel;
    const cell = view.page.locator('[data-component="L1.FF.K"]');
    await at('changed-table').getByTestId('row').first().waitFor();
    expect(await cell.getAttribute('aria-label')).toMatch(
      /^L1\.FF\.K: [\d.]+%, 64 of 64 rows changed$/u,
    );
    await cell.hover();
    await at('hover-card').waitFor();
    expect(await at('hover-card').innerText()).toContain('Relative change');
    await cell.focus();
    await view.page.keyboard.press('Enter');
    await eventually(() => lastRows(panel)?.matrix).toBe('L1.FF.K');
    await eventually(() => at('changed-rows').locator('h2').innerText()).toBe(
      'Changed rows of L1.FF.K, 64',
    );
    expect(await view.page.locator('.map-marked').count()).toBe(1);
    await view.page.locator('[data-component="L0.Q"]').click();
    await eventually(() => at('empty').innerText()).toContain('No row of L0.Q changed.');
    await at('empty').getByRole('button').click();
    await eventually(() => lastRows(panel)?.matrix).toBeUndefined();
  });

  test('has a table with the same values, and other measures', async () => {
    const { view, at } = await openDiff();
    await at('changed-table').getByTestId('row').first().waitFor();
    await view.page.keyboard.press('v');
    await at('map-table').first().waitFor();
    const cells = (): Promise<string[]> => at('map-table').locator('td button').allInnerTexts();
    const relative = await cells();
    expect(relative.filter((text) => text === '=')).toHaveLength(4 * 6 + 1 - CHANGED_TABLES);
    expect(relative.at(-1)).toBe('new');
    await at('map-metric').click();
    await view.page.getByRole('option', { name: 'Share of rows changed' }).click();
    await eventually(async () => (await cells()).filter((text) => text === '100%')).toHaveLength(
      CHANGED_TABLES,
    );
    const kept = (await view.kept()) as { diff: { metric: string } };
    expect(kept.diff.metric).toBe('rows');
  });

  test('by z is judged with progress, stops, and begins again', async () => {
    const panel = await openDiff();
    const { at, engine, view } = panel;
    await at('changed-table').getByTestId('row').first().waitFor();
    // So long that it runs when Cancel is chosen.
    engine.changes.stepMs = 3000;
    await at('changed-table').getByRole('columnheader', { name: 'z' }).getByRole('button').click();
    await eventually(() => at('rows-progress').innerText()).toMatch(/\d of 4 tables/u);
    await at('rows-progress').getByRole('button', { name: 'Cancel' }).click();
    await at('empty').waitFor();
    engine.changes.stepMs = 0;
    await at('empty').getByRole('button').click();
    await at('changed-table').getByTestId('row').first().waitFor();
    expect(lastRows(panel)).toMatchObject({ sort: 'z' });
    expect(view.complaints).toEqual([]);
  });

  test('is nothing for a model that is its own base, which is said', async () => {
    const { at, engine, view } = await openDiff({ location: { page: 'overview' } });
    engine.changes.unchanged = true;
    await at('page-overview').waitFor();
    view.host.notify('panel/reveal', LOCATION);
    await eventually(() => at('empty').innerText()).toContain(
      'Nothing changed: every tensor is as it is in another.',
    );
    expect(await at('changed-rows').count()).toBe(0);
  });
});

describe('a row that changed', () => {
  test('stands beside the base’s with its change, and leads to either', async () => {
    const { view, at } = await openDiff();
    const { page } = view;
    await at('changed-table').getByTestId('row').first().waitFor();
    await at('changed-table').locator('[data-cell="0:0"]').focus();
    await page.keyboard.press('Enter');
    const drawer = at('changed-row');
    await drawer.locator('table').waitFor();
    const name = await at('changed-table').locator('[data-cell="0:0"] .row-name').innerText();
    expect(await drawer.locator('h2').innerText()).toBe(`${name} in the base and now`);
    expect(await drawer.locator('thead th').count()).toBe(1 + 3);
    expect(await drawer.locator('.compare-tokens').count()).toBe(2 * 3);
    await at('open-base').click();
    await eventually(
      () => view.host.received.findLast(({ method }) => method === 'panel/showOther')?.params,
    ).toEqual({ path: BASE, location: { page: 'row', component: name } });
    await at('open-tuned').click();
    await at('page-row').waitFor();
    await page.keyboard.press('Alt+ArrowLeft');
    await drawer.locator('table').waitFor();
    await page.keyboard.press('Escape');
    await eventually(() => drawer.count()).toBe(0);
  });

  test('is shown again after a reload, and is alone where the base has none', async () => {
    const diff = { other: BASE, matrix: 'C', row: 'C[POSITIVE]', sort: 'relative' };
    const panel = await openDiff({ stored: { diff } });
    const { at } = panel;
    await at('changed-row').locator('table').waitFor();
    expect(await at('changed-row').locator('thead th').count()).toBe(1 + 2);
    expect(await at('changed-row').innerText()).toContain('Δ: a new row');
    expect(lastRows(panel)).toMatchObject({ matrix: 'C', sort: 'relative' });
  });
});

test('a base that is gone, or of another shape, gets its sentence and another choice', async () => {
  let answers = 0;
  const { at, engine, view } = await openDiff({
    openOther: () => {
      answers += 1;
      return answers === 1
        ? { error: { reason: 'notFound', message: 'There is no /models/another.' } }
        : { ok: otherThan(SYNTHETIC_SUMMARY) };
    },
  });
  engine.failures.set('diff', { reason: 'incomparable', message: 'It did not come from it.' });
  await eventually(() => at('failure').innerText()).toContain('There is no /models/another.');
  await at('failure').getByRole('button', { name: 'Choose another base…' }).click();
  await eventually(
    () => view.host.received.findLast(({ method }) => method === 'panel/action')?.params,
  ).toEqual({ action: 'chooseBase' });
  await at('failure').getByRole('button', { name: 'Try again' }).click();
  await eventually(() => at('failure').innerText()).toContain('It did not come from it.');
  await at('failure').getByRole('button', { name: 'Try again' }).click();
  await at('changed-table').getByTestId('row').first().waitFor();
});

test('a base that was closed is opened again where a row or the layers are asked again', async () => {
  const panel = await openDiff({ openOther: reopening(SYNTHETIC_SUMMARY) });
  const { view, at, engine } = panel;
  const closed = { reason: 'notOpen', message: 'another was closed.' };
  const askAgain = async (method: EngineMethod, part: string, reopened: string): Promise<void> => {
    await eventually(() => at(part).getByTestId('failure').innerText()).toContain(closed.message);
    await at(part).getByRole('button', { name: 'Try again' }).click();
    const handle = (): string | undefined => {
      const asked = view.host.queries.findLast((query) => query.method === method)?.params;
      return (asked as EngineParams<'diff'> | undefined)?.other;
    };
    await eventually(handle).toBe(reopened);
  };
  await at('changed-table').getByTestId('row').first().waitFor();
  engine.failures.set('diffLayers', closed);
  await at('section-layerPushes').locator('summary').click();
  await askAgain('diffLayers', 'section-layerPushes', 'other2');
  await at('layer-pushes').getByTestId('row').first().waitFor();
  engine.failures.set('diffComponents', closed);
  await at('changed-table').getByTestId('row').first().click();
  await askAgain('diffComponents', 'changed-row', 'other3');
  await at('changed-row').locator('table').waitFor();
  // Also where another table stands above that of the rows.
  await at('changed-row').getByRole('button', { name: 'Close' }).click();
  await eventually(() => view.page.locator('vs-changed-rows :focus').count()).toBe(1);
});

test('at 400 px everything is there', async () => {
  const { view, at } = await openDiff({ width: 400 });
  await at('changed-table').getByTestId('row').first().waitFor();
  expect(
    await view.page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth),
  ).toBe(true);
  expect(await view.violations()).toEqual([]);
});

test('what whole layers push is asked when it is opened, with its caution', async () => {
  const { view, at, engine } = await openDiff();
  await at('changed-table').getByTestId('row').first().waitFor();
  expect(view.host.queries.some(({ method }) => method === 'diffLayers')).toBe(false);
  engine.changes.stepMs = 700;
  await at('section-layerPushes').locator('summary').click();
  await eventually(() => at('pending').innerText()).toMatch(/\d of 4 parts of layers/u);
  const table = at('layer-pushes');
  await table.getByTestId('row').nth(3).waitFor();
  expect(await at('section-layerPushes').innerText()).toContain(
    'the best of 1,000,000 tokens reaches about 5.3 by chance alone',
  );
  await table.locator('[data-cell="0:3"]').hover();
  await at('hover-card').waitFor();
  expect(await at('hover-card').innerText()).toContain('L1 FF.K, 64 rows added up');
  expect(await view.violations()).toEqual([]);
});

test('changed tensors are listed by name, and are copied as pushes of layers are', async () => {
  const { view, at, engine } = await openDiff();
  await at('section-changedTensors').locator('summary').click();
  const rows = at('changed-tensors').getByTestId('row');
  await rows.nth(3).waitFor();
  expect(await rows.first().innerText()).toMatch(/score\.weight\s+new\s+–/u);
  expect(await rows.nth(1).innerText()).toMatch(/tensor\.\d+\s+changed\s+100/u);
  const copied = (): string => copiedBy(view);
  await at('export-tensors').click();
  await view.page.getByRole('menuitem', { name: 'Copy 37 tensors as CSV' }).click();
  await eventually(() => copied().trimEnd().split('\r\n').length).toBe(1 + 37);
  await view.page.getByText('37 tensors copied.').waitFor();
  engine.failures.set('diffTensors', { reason: 'internal', message: '/base is closed.' });
  await at('export-tensors').click();
  await view.page.getByRole('menuitem', { name: 'Copy 37 tensors as JSON' }).click();
  await view.page.getByText('Nothing was copied: /base is closed.').waitFor();
  const heads = await at('changed-tensors').locator('[role="columnheader"]').allInnerTexts();
  expect(heads.map((head) => head.trim())).toContain('Norm of the change');
  await at('changed-tensors').locator('[data-cell="1:0"]').focus();
  const byKey = view.page.evaluate(
    () =>
      new Promise<string>((resolve) => {
        window.addEventListener('copy', (event) => {
          resolve(event.clipboardData?.getData('text/plain') ?? '');
        });
      }),
  );
  await view.page.keyboard.press('Control+c');
  expect(await byKey).toMatch(
    /^tensor,status,[^\n]*,base,base_[^\n]*,model,[^\n]*\r\n[\w.]+,changed,[^\n]*,another,[^\n]*,synthetic,[^\n]*\r\n$/u,
  );
  await at('section-layerPushes').locator('summary').click();
  await at('export-pushes').click();
  const names = view.page.getByRole('button', { name: /^Export/u });
  expect(await names.evaluateAll((all) => all.map((each) => each.ariaLabel))).toEqual([
    ...[null, 'Export changed tensors', 'Export what layers push'],
  ]);
  await view.page.getByRole('menuitem', { name: 'Copy 4 pushes as Markdown' }).click();
  await eventually(copied).toContain('| L1 FF.K |');
  expect(await view.violations()).toEqual([]);
});

test('rows are copied as they are sorted, and the map as a picture', async () => {
  const { view, at } = await openDiff({ stored: { diff: { other: BASE, matrix: 'L1.FF.K' } } });
  await at('changed-table').getByTestId('row').first().waitFor();
  const copied = (): string => copiedBy(view);
  const copy = async (label: string): Promise<void> => {
    await at('export-menu').click();
    await view.page.getByRole('menuitem', { name: label }).click();
  };
  await copy('Copy 64 rows as CSV');
  await eventually(() => copied().trimEnd().split('\r\n').length).toBe(1 + 64);
  await copy('Copy 64 rows as JSON');
  await eventually(copied).toContain('"tuned"');
  await copy('Copy 64 rows as Markdown');
  await eventually(copied).toContain('# `synthetic` against its base `another`');
  expect(copied()).toContain('| Base | Tuned |');
  await copy('Export to a file…');
  const ranked = { what: 'changedRows', sort: 'norm', descending: true };
  await eventually(() => lastSent(view, PANEL_METHODS.export)).toMatchObject({
    comparisons: [
      ...[{ ...ranked, matrix: 'L1.FF.K' }, ranked],
      ...[{ what: 'changedTensors' }, { what: 'layerPushes' }],
    ],
  });
  await copy('Copy the map as SVG');
  await eventually(copied).toContain('<svg');
  expect(copied().match(/<rect [^>]*fill="rgb/gu)).toHaveLength(CHANGED_TABLES + 9);
});

describe.each(THEME_NAMES)('in the theme %s', (theme) => {
  test('is accessible, and nothing breaks the policy', async () => {
    const { view, at } = await openDiff({ theme });
    await at('changed-table').getByTestId('row').first().waitFor();
    await at('changed-table').getByTestId('row').first().click();
    await at('changed-row').locator('table').waitFor();
    expect(await view.violations()).toEqual([]);
    await view.page.keyboard.press('v');
    await at('map-table').first().waitFor();
    expect(await view.violations()).toEqual([]);
    expect(view.complaints).toEqual([]);
  });
});
