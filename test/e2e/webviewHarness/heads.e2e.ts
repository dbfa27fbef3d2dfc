/** Heads in the panel: their map, and the page of one. */
import { describe, expect, test } from 'vitest';
import type { PanelLocation } from '../../../src/protocol/panelApi';
import type { EngineParams } from '../../../src/protocol/engineApi';
import { THEME_NAMES } from './panelPage';
import type { OpenPanel } from './usePanel';
import { eventually, usePanel } from './usePanel';
import { SYNTHETIC_SUMMARY } from './syntheticEngine';

const open = usePanel();

const HEADS_MAP = { overviewMap: 'heads' };
/** Few enough tokens that heads are judged unasked. */
const SMALL = {
  ...SYNTHETIC_SUMMARY,
  shape: SYNTHETIC_SUMMARY.shape === null ? null : { ...SYNTHETIC_SUMMARY.shape, dVocab: 5000 },
};

function head(component: string): PanelLocation {
  return { page: 'head', component };
}

/** What the table of pairs asked last; the heatmap asks for tokens on both sides. */
function lastAsked({ view }: OpenPanel): EngineParams<'pairs'>['options'] | undefined {
  return view.host.queries
    .filter(({ method }) => method === 'pairs')
    .map(({ params }) => (params as EngineParams<'pairs'>).options)
    .findLast(({ rows, columns }) => rows === undefined || columns === undefined);
}

describe('the map of heads', () => {
  test('fills unasked in a small model, by either matrix and number, and leads to a head', async () => {
    const { view, at } = await open({ summary: SMALL });
    const { page } = view;
    await at('map-of-heads').click();
    await eventually(() => page.locator('.map-cell.ramp-none').count()).toBe(1);
    const refused = page.locator('[data-component="L3.H3.VO"]');
    expect(await refused.getAttribute('aria-label')).toContain('not finite');
    const cell = page.locator('[data-component="L1.H2.VO"]');
    expect(await cell.getAttribute('aria-label')).toMatch(/^L1\.H2\.VO: Pair z −?\d+\.\d≈?$/u);
    await cell.hover();
    await at('hover-card').waitFor();
    expect(await at('hover-card').getByTestId('token-chip').count()).toBe(6);
    expect(await at('hover-card').innerText()).toContain('against 16 shuffled pairings');
    await page.keyboard.press('Escape');
    await cell.focus();
    await page.keyboard.press('b');
    await eventually(() => cell.getAttribute('data-vscode-context')).toContain('"bookmarked":true');

    await at('heads-QK').click();
    await eventually(() => page.locator('.map-cell.ramp-none').count()).toBe(0);
    await page.locator('[data-component="L0.H0.QK"]').focus();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await at('pair-table').waitFor();
    expect(await at('page-head').locator('.row-id').innerText()).toBe('L1.H1.QK');
    expect(view.complaints).toEqual([]);
  });

  test('waits to be asked in a large model, says how far it is, and stops', async () => {
    const panel = await open({ stored: HEADS_MAP });
    const { at, engine, view } = panel;
    engine.heads.pairingMs = 60;
    await at('judge-heads').click();
    await at('heads-progress').waitFor();
    await eventually(() => at('heads-progress').innerText()).toMatch(
      /Heads of L0, VO: \d of 10 pairings, \d s, then 7 more/u,
    );
    await at('heads-cancel').click();
    await at('heads-progress').waitFor({ state: 'detached' });
    engine.heads.pairingMs = 0;
    await at('judge-heads').click();
    await at('judge-heads').waitFor({ state: 'detached' });
    await eventually(() => view.page.locator('.map-cell.ramp-none').count()).toBe(1);
    await eventually(() => engine.heads.judged.size).toBe(32);
  });

  test('has a table with the same numbers, by key too', async () => {
    const { view, at } = await open({ summary: SMALL, stored: HEADS_MAP });
    const { page } = view;
    await eventually(() => page.locator('.map-cell.ramp-none').count()).toBe(1);
    await page.keyboard.press('v');
    await at('map-table').waitFor();
    expect(await at('map-table').locator('tbody tr').count()).toBe(4);
    expect(await at('map-table').locator('tbody button').count()).toBe(16);
    await at('map-table')
      .getByRole('button', { name: /^L2\.H1\.VO/u })
      .click();
    await at('pair-table').waitFor();
  });
});

describe('the page of a head', () => {
  test('lists pairs at once and judges them meanwhile', async () => {
    const panel = await open({ location: head('L2.H1.VO') });
    const { at, engine } = panel;
    engine.heads.pairingMs = 20;
    await at('pair-table').getByTestId('row').first().waitFor();
    await eventually(() => at('judgement').innerText()).toContain('against 16 shuffled pairings');
    expect(await at('judgement').innerText()).toContain('(control 31%)');
    expect(await at('exact').innerText()).toContain('6.0%');
    expect(lastAsked(panel)).toMatchObject({ negative: false, excludeSame: false });
    expect(await at('judged-by').count()).toBe(0);
    await at('pairs-negative').click();
    expect(await at('judged-by').innerText()).toContain('not by those listed');
  });

  test('a token is asked for by a click, by Enter and by typing; unknown ones get a sentence', async () => {
    const panel = await open({ location: head('L2.H1.VO') });
    const { view, at } = panel;
    const table = at('pair-table');
    await table.getByTestId('row').first().waitFor();
    const source = table.locator('[data-cell="0:1"]');
    const exact = await source.getByTestId('token-chip').getAttribute('data-exact');
    await source.click();
    await eventually(() => lastAsked(panel)?.rows?.length).toBe(1);
    await eventually(() => table.getByTestId('row').count()).toBe(10);
    const texts = await table.locator('[data-column="source"] .chip').all();
    for (const chip of texts) expect(await chip.getAttribute('data-exact')).toBe(exact);
    await at('side-row-any').click();
    await eventually(() => lastAsked(panel)?.rows).toBeUndefined();

    await table.locator('[data-cell="0:2"]').focus();
    await view.page.keyboard.press('Enter');
    await eventually(() => lastAsked(panel)?.columns?.length).toBe(1);
    await at('side-column-any').click();

    await at('side-row').fill('nonsense');
    await view.page.keyboard.press('Enter');
    await at('failure').waitFor();
    expect(await at('failure').innerText()).toContain('"nonsense" is no token');
    await view.page.getByRole('button', { name: 'Source: space she', exact: true }).click();
    await at('failure').waitFor({ state: 'detached' });
    expect(lastAsked(panel)?.rows).toEqual([' she']);
  });

  test('a threshold counts as it slides and as it is typed; nothing left can be undone', async () => {
    const panel = await open({ location: head('L2.H1.VO') });
    const { view, at } = panel;
    await at('pair-table').getByTestId('row').first().waitFor();
    await at('threshold-slider').focus();
    await view.page.keyboard.press('End');
    await eventually(() => lastAsked(panel)?.threshold).toBeGreaterThan(0);
    await at('threshold-number').fill('15');
    await view.page.keyboard.press('Enter');
    await eventually(() => lastAsked(panel)?.threshold).toBe(15);
    const isListed = async (): Promise<boolean> => {
      const count = await at('threshold-count').innerText();
      return /^[1-9]\d* pairs$/u.test(count) && (await at('footer').innerText()).includes(count);
    };
    await eventually(isListed).toBe(true);
    await at('threshold-number').fill('1000');
    await view.page.keyboard.press('Enter');
    await at('empty').getByRole('button').click();
    await eventually(() => lastAsked(panel)?.threshold).toBeUndefined();
    await at('pair-table').waitFor();
  });

  test('the most negative pairs, pairs that are not alike, and other orders', async () => {
    const panel = await open({ location: head('L2.H1.VO') });
    const { at } = panel;
    const scores = at('pair-table').locator('[data-column="score"]');
    await scores.first().waitFor();
    await at('pairs-negative').click();
    await eventually(() => scores.first().innerText()).toMatch(/^−/u);
    await at('excludeCase').click();
    await eventually(() => lastAsked(panel)).toMatchObject({ negative: true, excludeCase: true });
    await at('sort-source').click();
    await eventually(() =>
      at('pair-table').locator('[aria-sort="ascending"]').innerText(),
    ).toContain('Source');
    const kept = (await panel.view.kept()) as { head: { sort: string; negative: boolean } };
    expect(kept.head).toMatchObject({ sort: 'source', negative: true });
  });

  test('goes to the other matrix and to the heads beside; is found by any part of its id', async () => {
    const { view, at } = await open({ location: head('L2.H3.VO') });
    const id = at('page-head').locator('.row-id');
    await at('pair-table').waitFor();
    await at('matrix-QK').click();
    await eventually(() => id.innerText()).toBe('L2.H3.QK');
    await at('head-note').waitFor();
    await view.page.keyboard.press(']');
    await eventually(() => id.innerText()).toBe('L3.H0.QK');
    await view.page.keyboard.press('[');
    await eventually(() => id.innerText()).toBe('L2.H3.QK');
    await at('go').locator('input').fill('1h2vo');
    await view.page.keyboard.press('Enter');
    await eventually(() => id.innerText()).toBe('L1.H2.VO');
  });

  test('copies its pairs as exports are written', async () => {
    const { view, at } = await open({ location: head('L2.H1.VO') });
    await at('pair-table').waitFor();
    await at('export-menu').click();
    await view.page.getByRole('menuitem', { name: 'Copy as JSON' }).click();
    const copied = (): string => {
      const message = view.host.received.find(({ method }) => method === 'panel/copy');
      return (message?.params as { text: string } | undefined)?.text ?? '';
    };
    await eventually(copied).not.toBe('');
    const document = JSON.parse(copied()) as {
      options: { negative: boolean };
      rows: { component: string; top: unknown[] }[];
    };
    expect(document.options.negative).toBe(false);
    expect(document.rows[0]).toMatchObject({ component: 'L2.H1.VO', exact: true });
    expect(document.rows[0]?.top).toHaveLength(100);
  });
});

describe('what a head’s pairs look like together', () => {
  test('a heatmap of their tokens, by keys, on hover and as a table', async () => {
    const { view, at } = await open({ location: head('L2.H1.VO') });
    const cells = at('heatmap').locator('.heat-cell');
    await eventually(() => cells.count()).toBe(100);
    await at('heatmap').locator('.heat-cell[tabindex="0"]').focus();
    await view.page.keyboard.press('ArrowRight');
    await view.page.keyboard.press('ArrowDown');
    const name = await view.page.locator(':focus').getAttribute('aria-label');
    expect(name).toMatch(/^.+ → .+: −?\d+\.\d\d$/u);
    await at('hover-card').waitFor();
    const score = parseFloat((name ?? '').replace(/^.*: /su, '').replace('−', '-'));
    const full = (await at('hover-card').locator('.full-value').innerText()).replace('−', '-');
    expect(parseFloat(full)).toBeCloseTo(score, 1);
    await view.page.keyboard.press('Escape');
    await at('heatmap-twin').click();
    await at('heatmap-table').waitFor();
    expect(await at('heatmap-table').locator('tbody td').count()).toBe(100);
    await view.page.keyboard.press('v');
    await at('heatmap').waitFor();
  });

  test('a token of the heatmap asks its row or its column: by keys, by a click, and in the table', async () => {
    const panel = await open({ location: head('L2.H1.VO') });
    const { view, at } = panel;
    const { page } = view;
    const cells = at('heatmap').locator('.heat-cell');
    await eventually(() => cells.count()).toBe(100);
    const exact = (): Promise<string | null> =>
      page.locator(':focus').getByTestId('token-chip').getAttribute('data-exact');
    await at('heatmap').locator('[tabindex="0"]').focus();
    await page.keyboard.press('ArrowUp');
    const column = await exact();
    await page.keyboard.press('Enter');
    await eventually(() => lastAsked(panel)?.columns).toHaveLength(1);
    expect(await at('side-column').inputValue()).toBe(column);
    await at('side-column-any').click();
    await eventually(() => cells.count()).toBe(100);
    const row = at('heatmap').getByRole('rowheader').first();
    const menu = (await row.getAttribute('data-vscode-context')) ?? '{}';
    expect(JSON.parse(menu)).toHaveProperty('vocabscopeToken');
    await row.click();
    await eventually(() => lastAsked(panel)?.rows).toHaveLength(1);
    await at('side-row-any').click();
    await at('heatmap-twin').click();
    await at('heatmap-table').locator('thead button').nth(1).click();
    await eventually(() => lastAsked(panel)?.columns).toHaveLength(1);
  });

  test('the focus stays with the token that was asked, in the heatmap and in its table', async () => {
    const panel = await open({ location: head('L2.H1.VO') });
    const { view, at } = panel;
    const { page } = view;
    const rows = at('heatmap').getByRole('rowheader');
    await eventually(() => rows.count()).toBe(10);
    await rows.nth(5).focus();
    const focused = (): Promise<string | null> =>
      page.evaluate(() => document.activeElement?.getAttribute('data-asks') ?? null);
    const sixth = await focused();
    await page.keyboard.press('Alt+Enter');
    expect(lastAsked(panel)?.rows).toBeUndefined();
    await page.keyboard.press('Enter');
    await eventually(() => rows.count()).toBe(1);
    await eventually(focused).toBe(sixth);
    await at('side-row-any').click();
    await eventually(() => rows.count()).toBe(10);
    await at('heatmap-twin').click();
    const buttons = at('heatmap-table').getByRole('button');
    await eventually(() => buttons.count()).toBe(20);
    expect(await at('heatmap-table').locator('button[tabindex="0"]').count()).toBe(1);
    await buttons.nth(9).focus();
    for (let line = 0; line < 6; line += 1) await page.keyboard.press('ArrowRight');
    expect(await focused()).toBe(sixth);
    await page.keyboard.press('Enter');
    await eventually(() => at('heatmap-table').locator('tbody tr').count()).toBe(1);
    await eventually(focused).toBe(sixth);
  });

  test('singular directions with what they take and give', async () => {
    const { at } = await open({ location: head('L2.H1.QK') });
    const rows = at('directions').getByTestId('row');
    await eventually(() => rows.count()).toBe(8);
    expect(await rows.first().locator('[data-column="sigma"]').innerText()).toBe('14.00');
    expect(await rows.nth(2).getByRole('img', { name: 'one choice of many' }).count()).toBe(1);
    for (const side of ['left', 'right']) {
      const chips = rows.first().locator(`[data-column="${side}"]`).getByTestId('token-chip');
      expect(await chips.count()).toBeGreaterThan(0);
    }
  });
});

describe.each(THEME_NAMES)('in the theme %s', (theme) => {
  test('heads are accessible, and nothing breaks the policy', async () => {
    const { view, at } = await open({ theme, summary: SMALL, stored: HEADS_MAP });
    await eventually(() => view.page.locator('.map-cell.ramp-none').count()).toBe(1);
    expect(await view.violations()).toEqual([]);
    await view.page.locator('[data-component="L1.H2.VO"]').click();
    await at('heatmap').waitFor();
    await at('directions').getByTestId('row').first().waitFor();
    expect(await view.violations()).toEqual([]);
    await view.page.keyboard.press('v');
    await at('heatmap-table').waitFor();
    expect(await view.violations()).toEqual([]);
    expect(view.complaints).toEqual([]);
  });
});
