/** A training over its steps: the map of change, lines, and what tables and rows came to say. */
import { describe, expect, test } from 'vitest';
import type { EngineParams } from '../../../src/protocol/engineApi';
import type { PanelLocation } from '../../../src/protocol/panelApi';
import { THEME_NAMES, type PageOptions } from './panelPage';
import { SYNTHETIC_SUMMARY } from './syntheticEngine';
import { stepOf } from './syntheticSteps';
import { eventually, usePanel, type OpenPanel } from './usePanel';

const open = usePanel();

const STEPS = [1000, 2000, 3000, 4000].map((step) => `/models/run/checkpoint-${String(step)}`);
const LAST = stepOf(SYNTHETIC_SUMMARY, STEPS.at(-1) ?? '');
const LOCATION: PanelLocation = { page: 'steps', steps: STEPS };

function openStep(path: string): { ok: typeof LAST } {
  return { ok: stepOf(SYNTHETIC_SUMMARY, path) };
}

function openSteps(options: Partial<PageOptions> = {}): Promise<OpenPanel> {
  return open({ summary: LAST, location: LOCATION, openOther: openStep, ...options });
}

function lastAsked({ view }: OpenPanel): EngineParams<'steps'> | undefined {
  const asked = view.host.queries.filter(({ method }) => method === 'steps').at(-1);
  return asked?.params as EngineParams<'steps'> | undefined;
}

test('shows what changed most, in the order of training', async () => {
  const panel = await openSteps();
  const { view, at } = panel;
  await at('line-chart').first().waitFor();
  expect(lastAsked(panel)?.steps).toEqual(STEPS);
  const shown = lastAsked(panel)?.components ?? [];
  expect(shown).toHaveLength(3);
  expect(await view.page.locator('.steps-map .map-marked').count()).toBe(3);
  for (const matrix of shown) {
    const section = at(`steps-${matrix}`);
    expect(await section.locator('tbody tr').count()).toBe(STEPS.length);
    expect(await section.locator('tbody th').allInnerTexts()).toEqual([
      ...['1,000', '2,000', '3,000', '4,000'],
    ]);
    expect(await section.getByTestId('token-chip').count()).toBeGreaterThan(0);
  }
  expect(await at('footer').innerText()).toContain('4 steps');
  await at(`steps-${shown[0] ?? ''}`)
    .getByRole('button', { name: 'at step 2,000' })
    .click();
  await eventually(
    () => view.host.received.find(({ method }) => method === 'panel/showOther')?.params,
  ).toEqual({ path: STEPS[1], location: { page: 'matrix', component: shown[0] } });
});

test('shows the tables and rows that the reader chooses, and keeps them', async () => {
  const panel = await openSteps();
  const { view, at } = panel;
  await at('line-chart').first().waitFor();
  const [first = ''] = lastAsked(panel)?.components ?? [];
  await view.page.locator(`.steps-map [data-component="${first}"]`).click();
  await eventually(() => at(`steps-${first}`).count()).toBe(0);
  await at('steps-id').fill('L99.FF.V');
  await at('steps-id').press('Enter');
  await eventually(() => view.page.locator('#steps-problem').innerText()).toContain('L99.FF.V');
  await at('steps-id').fill('l1.ff.v[7]');
  await at('steps-id').press('Enter');
  await at('steps-L1.FF.V[7]').waitFor();
  expect(await at('steps-L1.FF.V[7]').getByTestId('z-value').count()).toBe(STEPS.length);
  expect(await at('line-chart').count()).toBe(3);
  const kept = (await view.kept()) as { steps: { chosen: { components: string[] } } };
  expect(kept.steps.chosen.components.at(-1)).toBe('L1.FF.V[7]');
  await at('steps-default').click();
  await at(`steps-${first}`).waitFor();
  const again = await open({ summary: LAST, stored: kept, openOther: openStep });
  await again.at('steps-L1.FF.V[7]').waitFor();
  expect(lastAsked(again)?.steps).toEqual(STEPS);
});

test('lines tell their points to the keyboard and to the pointer, and have tables', async () => {
  const { view, at } = await openSteps();
  const chart = at('line-chart').first();
  await chart.waitFor();
  await chart.locator('[data-point][tabindex="0"]').focus();
  await view.page.keyboard.press('ArrowRight');
  await view.page.keyboard.press('End');
  await at('hover-card').waitFor();
  expect(await at('hover-card').innerText()).toMatch(/^L\d+\.[A-Z.]+, Step 4,000: 0\.\d{3}/u);
  await view.page.keyboard.press('ArrowDown');
  expect(await view.page.locator(':focus').getAttribute('aria-label')).toContain('Step 4,000');
  await view.page.keyboard.press('Escape');
  await view.page.keyboard.press('v');
  await at('chart-table').first().waitFor();
  expect(await at('chart-table').first().locator('tbody tr').count()).toBe(STEPS.length);
  expect(await at('map-table').count()).toBe(1);
});

test('says how far it is, stops, begins again, and copies', async () => {
  const panel = await openSteps({ location: { page: 'overview' } });
  const { at, engine, view } = panel;
  // So long that it runs when Cancel is chosen.
  engine.training.stepMs = 3000;
  await at('page-overview').waitFor();
  view.host.notify('panel/reveal', LOCATION);
  await eventually(() => at('pending').innerText()).toMatch(/\d of \d+ tables and rows/u);
  await at('pending').getByRole('button', { name: 'Cancel' }).click();
  await at('empty').waitFor();
  engine.training.stepMs = 0;
  await at('empty').getByRole('button').click();
  await at('line-chart').first().waitFor();
  const copied = async (name: string): Promise<string> => {
    const before = view.host.received.length;
    await at('export-menu').click();
    await view.page.getByRole('menuitem', { name }).click();
    await eventually(() => view.host.received.length).toBeGreaterThan(before);
    const { params } = view.host.received.findLast(({ method }) => method === 'panel/copy') ?? {};
    return (params as { text: string }).text;
  };
  expect(await copied('Copy as Markdown')).toMatch(/\| 4,000 \| /u);
  expect((await copied('Copy as CSV')).split('\r\n')).toHaveLength(3 * STEPS.length + 2);
  const json = JSON.parse(await copied('Copy as JSON')) as { tables: unknown[]; steps: unknown[] };
  expect([json.tables.length, json.steps.length]).toEqual([3, STEPS.length]);
  expect(await copied('Copy “Relative change” as SVG')).toMatch(/^<svg[\s\S]*<\/svg>\n$/u);
  await at('export-menu').click();
  await view.page.getByRole('menuitem', { name: 'Save “Relative change” as PNG…' }).click();
  const saved = (): { name: string; png: string } | undefined =>
    view.host.received.findLast(({ method }) => method === 'panel/savePicture')?.params as
      { name: string; png: string } | undefined;
  await eventually(() => saved()?.name).toBe('run/checkpoint-4000 Relative change');
  const png = Buffer.from(saved()?.png ?? '', 'base64');
  expect(png.subarray(1, 4).toString('latin1')).toBe('PNG');
  // Twice the 720 px of the SVG.
  expect(png.readUInt32BE(16)).toBe(1440);
  expect(view.complaints).toEqual([]);
});

test('steps that cannot be opened or compared get their sentence and another try', async () => {
  let opened = 0;
  const openOther: PageOptions['openOther'] = (path) => {
    opened += 1;
    return opened === 2
      ? { error: { reason: 'notFound', message: 'There is no checkpoint-2000.' } }
      : { ok: stepOf(SYNTHETIC_SUMMARY, path) };
  };
  const { at, engine } = await openSteps({ openOther });
  await eventually(() => at('failure').innerText()).toContain('There is no checkpoint-2000.');
  engine.failures.set('steps', { reason: 'incomparable', message: 'Widths differ.' });
  await at('failure').getByRole('button').click();
  await eventually(() => at('failure').innerText()).toContain('Widths differ.');
  await at('failure').getByRole('button').click();
  await at('line-chart').first().waitFor();
});

test('steps that were closed are opened again where tables are asked again', async () => {
  let opened = 0;
  const panel = await openSteps({
    openOther: (path) => {
      opened += 1;
      const step = stepOf(SYNTHETIC_SUMMARY, path);
      return { ok: opened <= STEPS.length ? step : { ...step, model: `again${path}` } };
    },
  });
  const { view, at, engine } = panel;
  await at('line-chart').first().waitFor();
  const [first = ''] = lastAsked(panel)?.components ?? [];
  engine.failures.set('steps', { reason: 'notOpen', message: 'checkpoint-2000 was closed.' });
  await view.page.locator(`.steps-map [data-component="${first}"]`).click();
  await eventually(() => at('failure').innerText()).toContain('checkpoint-2000 was closed.');
  await at('failure').getByRole('button').click();
  await eventually(() => lastAsked(panel)?.steps).toEqual(STEPS.map((path) => `again${path}`));
  await eventually(() => at('failure').count()).toBe(0);
});

describe('is accessible and readable', () => {
  test.each(THEME_NAMES)('in %s', async (theme) => {
    const { view, at } = await openSteps({ theme });
    await at('line-chart').first().waitFor();
    expect(await view.violations()).toEqual([]);
    expect(view.complaints).toEqual([]);
  });
});
