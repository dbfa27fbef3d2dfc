/** The menus by which pages give their readings away. */
import { describe, expect, test } from 'vitest';
import { PANEL_METHODS } from '../../../src/protocol/panelApi';
import { eventually, matrix, row, usePanel } from './usePanel';
import type { OpenPanel } from './usePanel';

const open = usePanel();

/** What the clipboard was given after an item of the menu was chosen. */
async function copied({ at, view }: OpenPanel, item: string): Promise<string> {
  const texts = (): readonly string[] =>
    view.host.received
      .filter(({ method }) => method === PANEL_METHODS.copy)
      .map(({ params }) => (params as { text: string }).text);
  const before = texts().length;
  await at('export-menu').click();
  await view.page.getByRole('menuitem', { name: item }).click();
  await eventually(() => Promise.resolve(texts().length)).toBe(before + 1);
  return texts().at(-1) ?? '';
}

/** What the host was asked to write to a file. */
async function exported({ at, view }: OpenPanel): Promise<unknown> {
  await at('export-menu').focus();
  await view.page.keyboard.press('ArrowDown');
  await view.page.keyboard.press('End');
  await view.page.keyboard.press('Enter');
  await eventually(() => Promise.resolve(view.host.received.at(-1)?.method)).toBe(
    PANEL_METHODS.export,
  );
  return view.host.received.at(-1)?.params;
}

describe('a row', () => {
  test.each([
    ['Copy as Markdown', /^# Readings of `synthetic`\n[\s\S]*\n## `L3\.FF\.V\[3\]`\n/u],
    ['Copy as CSV', /^component,layer,head,kind,row,list,.*\r\nL3\.FF\.V\[3\],3,,FF\.V,3,top,0,/u],
    ['Copy as JSON', /"options": \{\n\s+"space": "auto"/u],
    ['Copy token ids', /^# L3\.FF\.V\[3\]; synthetic; space auto/u],
    ['Copy component id', /^L3\.FF\.V\[3\]$/u],
  ])('%s', async (item, expected) => {
    const panel = await open({ location: row('L3.FF.V[3]') });
    expect(await copied(panel, item)).toMatch(expected);
  });

  test('is offered to the host for a file', async () => {
    const panel = await open({ location: row('L3.FF.V[3]') });
    expect(await exported(panel)).toEqual({ component: 'L3.FF.V[3]', selected: [] });
  });
});

describe('a table', () => {
  test('gives what is selected in it, else all that the filter leaves', async () => {
    const panel = await open({ location: matrix('L0.FF.K') });
    const { at, view } = panel;
    await eventually(() => at('row-counts').innerText()).toMatch(/stand out/u);
    const all = JSON.parse(await copied(panel, 'Copy 64 rows as JSON')) as { rows: unknown[] };
    expect(all.rows).toHaveLength(64);
    await at('row-table').locator('[tabindex="0"]').focus();
    await view.page.keyboard.press('ArrowDown');
    await view.page.keyboard.press('Space');
    await view.page.keyboard.press('ArrowDown');
    await view.page.keyboard.press('Space');
    const some = JSON.parse(await copied(panel, 'Copy 2 rows as JSON')) as {
      rows: { component: string }[];
    };
    const selected = some.rows.map(({ component }) => component);
    expect(selected).toHaveLength(2);
    expect(await exported(panel)).toEqual({ component: 'L0.FF.K', selected });
  });
});

test('a search gives the rows that it found, with the token and how it was searched', async () => {
  const panel = await open({ location: { page: 'search', token: ' she' } });
  await panel.at('search-table').getByTestId('row').first().waitFor();
  const found = JSON.parse(await copied(panel, 'as JSON')) as {
    tokens: { token: string; rows: number }[];
    options: object;
    rows: { component: string; token: string; score: number }[];
  };
  expect(found.tokens).toMatchObject([{ token: ' she' }]);
  expect(found.options).toMatchObject({ sort: 'score', reversed: false, space: 'auto' });
  expect(found.rows.every(({ token }) => token === ' she')).toBe(true);
  const scores = found.rows.map(({ score }) => score);
  expect(scores).toEqual(scores.toSorted((a, b) => b - a));
  const ids = found.rows.map(({ component }) => component);
  const { component, selected } = (await exported(panel)) as {
    component: null;
    selected: string[];
  };
  expect(component).toBeNull();
  expect(selected.slice(0, ids.length)).toEqual(ids);
});

test('the overview gives its most readable rows, and the whole model to a file', async () => {
  const panel = await open();
  await panel.at('readable-rows').getByTestId('row').first().waitFor();
  expect(await copied(panel, 'as Markdown')).toMatch(/^# Readings of `synthetic`\n/u);
  expect(await exported(panel)).toEqual({ component: null, selected: [] });
});
