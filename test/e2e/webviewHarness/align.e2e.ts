/** Two models side by side: maps of layers, and the rows of a pair of them. */
import { describe, expect, test } from 'vitest';
import type { EngineParams } from '../../../src/protocol/engineApi';
import { PANEL_METHODS } from '../../../src/protocol/panelApi';
import type { PanelLocation } from '../../../src/protocol/panelApi';
import { THEME_NAMES, type PageOptions } from './panelPage';
import { otherThan } from './syntheticAlignment';
import { SYNTHETIC_SUMMARY } from './syntheticEngine';
import { copiedBy, eventually, lastSent, usePanel, type OpenPanel } from './usePanel';

const open = usePanel();

const OTHER = '/models/another';
const LOCATION: PanelLocation = { page: 'align', other: OTHER };
const MAPS = 6 * 3;

function openAlign(options: Partial<PageOptions> = {}): Promise<OpenPanel> {
  const openOther = (): { ok: typeof SYNTHETIC_SUMMARY } => ({ ok: otherThan(SYNTHETIC_SUMMARY) });
  return open({ location: LOCATION, openOther, ...options });
}

function lastAsked({ view }: OpenPanel): EngineParams<'align'> | undefined {
  const asked = view.host.queries.filter(({ method }) => method === 'align').at(-1);
  return asked?.params as EngineParams<'align'> | undefined;
}

describe('the maps of layers', () => {
  test('stand side by side on one scale, with the assignment outlined and the verdict', async () => {
    const panel = await openAlign();
    const { view, at } = panel;
    await at('map-FF.K-embedding').waitFor();
    expect(lastAsked(panel)).toMatchObject({ other: 'other', excludeUndertrained: false });
    expect(await view.page.locator('.layer-map').count()).toBe(MAPS);
    expect(await at('map-Q-embedding').locator('.map-marked').count()).toBe(4);
    const verdict = await at('verdict').innerText();
    expect(verdict).toMatch(
      /^Embedding: 24 of 24 layers matched, mean offset 0; Feature: \d+; Control: \d+\./u,
    );
    expect(verdict).toContain('8,192 shared tokens: 100% of synthetic, 50% of another.');
    expect(await at('footer').innerText()).toContain('24 of 24');
    expect(await view.page.locator('h1').innerText()).toBe('synthetic (A) and another (B)');
  });

  test('tell their values to the pointer and to the keyboard', async () => {
    const { view, at } = await openAlign();
    const { page } = view;
    const cell = at('map-FF.K-embedding').locator('[data-component="2 2"]');
    expect(await cell.getAttribute('aria-label')).toMatch(
      /^L2 of A, L2 of B: 0\.\d{3}, assigned$/u,
    );
    await cell.hover();
    await at('hover-card').waitFor();
    expect(await at('hover-card').innerText()).toContain('FF.K, Embedding: L2 of A');
    await page.keyboard.press('Escape');
    await at('map-FF.K-embedding').locator('[data-component="0 0"]').focus();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowDown');
    await at('hover-card').waitFor();
    expect(await at('hover-card').innerText()).toContain('L1 of A, L1 of B');
    await page.keyboard.press('Enter');
    await at('aligned-table').waitFor();
    expect(await at('aligned-rows').locator('h2').innerText()).toBe(
      'L1.FF.K of synthetic beside L1.FF.K of another',
    );
  });

  test('have tables with the same numbers, and another measure', async () => {
    const { view, at } = await openAlign();
    await at('map-FF.K-embedding').waitFor();
    await view.page.keyboard.press('v');
    const table = at('map-O-shuffled').getByTestId('map-table');
    await table.waitFor();
    expect(await view.page.getByTestId('map-table').count()).toBe(MAPS);
    const best = await table.innerText();
    expect(best.match(/\[0\.\d{3}\]/gu)).toHaveLength(4);
    await at('map-metric').click();
    await view.page.getByRole('option', { name: 'Mean |ρ| of all pairs' }).click();
    await eventually(() => table.innerText()).not.toBe(best);
  });

  test('say how far they are, stop, and begin again', async () => {
    const panel = await openAlign({ location: { page: 'overview' } });
    const { at, engine, view } = panel;
    engine.alignment.stepMs = 400;
    await at('page-overview').waitFor();
    view.host.notify('panel/reveal', LOCATION);
    await eventually(() => at('pending').innerText()).toMatch(/\d of 10 pairs of layers/u);
    await at('pending').getByRole('button', { name: 'Cancel' }).click();
    await at('empty').waitFor();
    engine.alignment.stepMs = 0;
    await at('empty').getByRole('button').click();
    await at('map-FF.K-embedding').waitFor();
  });

  test('are asked again without under-trained tokens', async () => {
    const panel = await openAlign();
    const { at } = panel;
    await at('align-exclude').click();
    await eventually(() => lastAsked(panel)?.excludeUndertrained).toBe(true);
    await eventually(() => at('verdict').innerText()).toContain(
      '227 under-trained ones left out, compared by 7,965.',
    );
    const kept = (await panel.view.kept()) as { align: { excludeUndertrained: boolean } };
    expect(kept.align.excludeUndertrained).toBe(true);
  });

  test('leave out features of other widths with a sentence', async () => {
    const { at, engine, view } = await openAlign({ location: { page: 'overview' } });
    engine.alignment.featureRefusal = 'There is no feature space: widths differ.';
    engine.alignment.warnings = [
      'Only 900 shared tokens: what so few say of two models is uncertain.',
    ];
    await at('page-overview').waitFor();
    view.host.notify('panel/reveal', LOCATION);
    await at('map-FF.K-shuffled').waitFor();
    expect(await view.page.locator('.layer-map').count()).toBe(6 * 2);
    expect(await at('page-align').innerText()).toContain('There is no feature space');
    expect(await at('page-align').innerText()).toContain('Only 900 shared tokens');
  });

  test('files of the other model that change are told, and read again on request', async () => {
    const { view, at } = await openAlign();
    await at('map-FF.K-embedding').waitFor();
    const opened = (): number =>
      view.host.received.filter(({ method }) => method === PANEL_METHODS.openOther).length;
    const before = opened();
    view.host.notify(PANEL_METHODS.stale, { state: 'gone', other: 'another' });
    await at('banner').getByText('another is no longer where it was').waitFor();
    view.host.notify(PANEL_METHODS.stale, { state: 'changed', other: 'another' });
    await at('banner').getByText('another changed on disk').waitFor();
    await at('banner').getByText('Reload').click();
    await eventually(() => lastSent(view, PANEL_METHODS.action)).toMatchObject({
      action: 'reloadOthers',
    });
    view.host.notify(PANEL_METHODS.stale, { state: 'same', other: 'another' });
    await at('banner').waitFor({ state: 'detached' });
    await eventually(opened).toBe(before + 1);
    await at('map-FF.K-embedding').waitFor();
  });

  test('a model that cannot be opened, or compared, gets its sentence and another try', async () => {
    let answers = 0;
    const { at, engine } = await openAlign({
      openOther: () => {
        answers += 1;
        return answers === 1
          ? { error: { reason: 'notFound', message: 'There is no /models/another.' } }
          : { ok: otherThan(SYNTHETIC_SUMMARY) };
      },
    });
    engine.failures.set('align', { reason: 'incomparable', message: 'They share no token.' });
    await eventually(() => at('failure').innerText()).toContain('There is no /models/another.');
    await at('failure').getByRole('button').click();
    await eventually(() => at('failure').innerText()).toContain('They share no token.');
    expect(await at('verdict').count()).toBe(0);
    await at('failure').getByRole('button').click();
    await at('map-FF.K-embedding').waitFor();
  });

  test('are copied with every number', async () => {
    const { view, at } = await openAlign();
    const copied = (): string => copiedBy(view);
    const copy = async (form: string): Promise<void> => {
      await at('export-menu').click();
      await view.page.getByRole('menuitem', { name: `Copy as ${form}` }).click();
    };
    await copy('CSV');
    // A header, and 6 groups in 3 spaces by 2 measures of 4 x 4 layers.
    await eventually(() => copied().trimEnd().split('\r\n').length).toBe(1 + 6 * 3 * 2 * 16);
    await copy('JSON');
    await eventually(copied).toContain('"schema": "vocabscope/1"');
    await copy('Markdown');
    await eventually(copied).toContain('## FF.K, embedding, best');
    await at('export-menu').click();
    await view.page.getByRole('menuitem', { name: 'Export to a file…' }).click();
    await eventually(() => lastSent(view, PANEL_METHODS.export)).toMatchObject({
      comparisons: [
        { what: 'alignedLayers', excludeUndertrained: false },
        { what: 'alignedHeads', kind: 'VO' },
        { what: 'alignedHeads', kind: 'QK' },
      ],
    });
  });
});

describe('the rows of a pair of layers', () => {
  const pair = { other: OTHER, group: 'FF.V', layerA: 1, layerB: 2 };
  const stored = { align: { pair } };

  test('show both readings, which are mutual, and lead to the row', async () => {
    const { view, at } = await openAlign({ stored });
    const table = at('aligned-table');
    await table.getByTestId('row').first().waitFor();
    expect(await at('aligned-numbers').innerText()).toContain('32 pairs of A’s 64');
    const rho = table.locator('[data-column="rho"]');
    const shown = await rho.allInnerTexts();
    const sizes = shown
      .map((text) => Math.abs(Number(text.replace('−', '-'))))
      .filter((size) => Number.isFinite(size));
    expect(sizes).toEqual([...sizes].sort((x, y) => y - x));
    expect(await table.locator('[data-column="tokensB"] .chip').count()).toBeGreaterThan(0);
    await at('export-rows').click();
    await view.page.getByRole('menuitem', { name: 'Copy 64 rows as Markdown' }).click();
    await eventually(() => copiedBy(view)).toContain('# `L1.FF.V` of `synthetic` (A) beside');
    await at('mutual-only').click();
    await eventually(async () => {
      const said = await table.locator('[data-column="mutual"]').allInnerTexts();
      return said.includes('no');
    }).toBe(false);
    await table.locator('[data-cell="0:3"]').focus();
    await view.page.keyboard.press('Enter');
    const beside = (): unknown =>
      view.host.received.findLast(({ method }) => method === 'panel/showOther')?.params;
    await eventually(beside).toMatchObject({ path: OTHER, location: { page: 'row' } });
    await at('align-swap').click();
    await eventually(beside).toEqual({
      path: OTHER,
      location: { page: 'align', other: SYNTHETIC_SUMMARY.canonicalPath },
    });
    await table.locator('[data-cell="0:0"]').focus();
    await view.page.keyboard.press('Enter');
    await at('page-row').waitFor();
    await view.page.keyboard.press('Alt+ArrowLeft');
    await at('aligned-table').waitFor();
  });
});

test('a model that was closed meanwhile is opened again for its rows', async () => {
  let opened = 0;
  const { view, at, engine } = await openAlign({
    openOther: () => {
      opened += 1;
      return { ok: { ...otherThan(SYNTHETIC_SUMMARY), model: `other-${String(opened)}` } };
    },
  });
  await at('map-FF.K-embedding').waitFor();
  engine.failures.set('alignRows', { reason: 'internal', message: 'This model is closed.' });
  await at('map-FF.K-embedding').locator('[data-component="1 1"]').click();
  await eventually(() => at('failure').innerText()).toContain('This model is closed.');
  await at('failure').getByRole('button').click();
  await at('aligned-table').getByTestId('row').first().waitFor();
  const asked = view.host.queries.findLast(({ method }) => method === 'alignRows');
  expect(asked?.params).toMatchObject({ other: 'other-2' });
});

describe('where in B a row of A is', () => {
  const stored = { align: { pair: { other: OTHER, group: 'FF.V', layerA: 1, layerB: 2 } } };

  test('is asked by a box, by a row of the table, and restored with the place', async () => {
    const panel = await openAlign({ stored });
    const { view, at } = panel;
    await at('counterpart-id').fill('L7.FF.K[1]');
    await at('counterpart-id').press('Enter');
    await eventually(() => view.page.locator('#counterpart-problem').innerText()).toContain('L7');
    await at('counterpart-id').fill('l1.ff.k[5]');
    await at('counterpart-id').press('Enter');
    const lines = at('counterpart-rows').locator('li');
    await lines.first().waitFor();
    expect(await lines.count()).toBe(10);
    expect(await lines.first().innerText()).toMatch(/L\d\.FF\.K\[\d+\]\s+ρ −?0\.9\d\d/u);
    expect(await at('counterparts').innerText()).toContain(
      'The nearest 10 of 256 rows of another; with shuffled tokens the nearest has |ρ| 0.287.',
    );
    const heads = await at('counterparts').locator('thead th').allInnerTexts();
    expect(heads[1]).toBe('L1.FF.K[5] of synthetic');
    expect(heads[2]).toMatch(/ of another$/u);
    await at('seek-row').click();
    const asked = (): unknown =>
      view.host.queries.findLast(({ method }) => method === 'counterparts')?.params;
    await eventually(asked).toMatchObject({
      other: 'other',
      component: expect.stringMatching(/^L1\.FF\.V/u) as unknown,
    });
    await view.page.keyboard.press('Alt+ArrowLeft');
    await eventually(() => at('counterpart-id').inputValue()).toBe('L1.FF.K[5]');
    const openOther = (): { ok: typeof SYNTHETIC_SUMMARY } => ({
      ok: otherThan(SYNTHETIC_SUMMARY),
    });
    const again = await open({ stored: await view.kept(), openOther });
    await eventually(() => again.at('counterpart-id').inputValue()).toBe('L1.FF.K[5]');
    expect(await again.view.violations()).toEqual([]);
  });

  test('is refused with a sentence where it is nowhere', async () => {
    const { at, engine } = await openAlign({ location: { ...LOCATION, component: 'L0.FF.K[1]' } });
    await at('counterpart-rows').waitFor();
    engine.failures.set('counterparts', { reason: 'incomparable', message: 'B has no such rows.' });
    await at('counterpart-id').fill('E[3]');
    await at('counterpart-id').press('Enter');
    await eventually(() => at('counterparts').innerText()).toContain('B has no such rows.');
    await at('failure').getByRole('button').click();
    await at('counterpart-rows').waitFor();
  });
});

test('heads of A stand beside those of B, by layers, by heads and as a table', async () => {
  const { view, at } = await openAlign({ height: 1400 });
  await at('map-FF.K-embedding').waitFor();
  await at('section-alignedHeads').locator('summary').click();
  await at('heads-layers').waitFor();
  expect(await at('aligned-heads').innerText()).toContain('shuffled tokens 0.213');
  expect(await at('heads-layers').locator('.map-marked').count()).toBe(4);
  await at('export-heads').click();
  await view.page.getByRole('menuitem', { name: 'Copy 16 heads as CSV' }).click();
  await eventually(() => copiedBy(view)).toMatch(/^component,layer,head,kind,nearest_component/u);
  await view.page.getByText('16 heads copied.').waitFor();
  await at('heads-layers').locator('[data-component="2 2"]').click();
  const heads = at('heads-heads');
  await heads.waitFor();
  expect(await heads.locator('.map-layer').allInnerTexts()).toEqual(['H0', 'H1', 'H2', 'H3']);
  expect(await heads.locator('[data-component="1 1"]').getAttribute('aria-label')).toBe(
    'H1 of A, H1 of B: 0.700, assigned',
  );
  await at('aligned-heads').getByRole('button', { name: 'QK' }).click();
  await eventually(
    () => view.host.queries.findLast(({ method }) => method === 'alignHeads')?.params,
  ).toMatchObject({ kind: 'QK', other: 'other' });
  expect(await view.violations()).toEqual([]);
  const table = at('aligned-heads-table');
  await table.locator('[data-cell="0:2"]').focus();
  await view.page.keyboard.press('Enter');
  await eventually(
    () => view.host.received.findLast(({ method }) => method === 'panel/showOther')?.params,
  ).toEqual({ path: OTHER, location: { page: 'head', component: 'L0.H0.QK' } });
  await heads.locator('[data-component="1 2"]').click();
  await at('page-head').waitFor();
});

test('at 400 px everything is there', async () => {
  const { view, at } = await openAlign({ width: 400 });
  await at('map-FF.K-embedding').waitFor();
  expect(
    await view.page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth),
  ).toBe(true);
  expect(await view.violations()).toEqual([]);
});

describe.each(THEME_NAMES)('in the theme %s', (theme) => {
  test('is accessible as maps and as tables, and nothing breaks the policy', async () => {
    const { view, at } = await openAlign({ theme });
    await at('map-FF.K-embedding').waitFor();
    expect(await view.violations()).toEqual([]);
    await at('map-FF.K-embedding').locator('[data-component="1 1"]').click();
    await at('aligned-table').getByTestId('row').first().waitFor();
    expect(await view.violations()).toEqual([]);
    await view.page.keyboard.press('v');
    await view.page.getByTestId('map-table').first().waitFor();
    expect(await view.violations()).toEqual([]);
    expect(view.complaints).toEqual([]);
  });
});
