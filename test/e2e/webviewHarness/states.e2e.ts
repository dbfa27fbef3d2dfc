/** What the panel shows while work runs, what it remembers, and what it says when something fails. */
import { describe, expect, test } from 'vitest';
import { PANEL_METHODS } from '../../../src/protocol/panelApi';
import { SYNTHETIC_SUMMARY, SyntheticEngine } from './syntheticEngine';
import { eventually, lastSent, matrix, row, usePanel } from './usePanel';

const open = usePanel();

/** No scan ends from now on until its steps are short again. */
function holdScans(engine: SyntheticEngine): void {
  engine.scanStepMs = 2_000;
}

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

describe('words come before their judgement', () => {
  test('on the page of a row, whose lists then stay in their places', async () => {
    const { at, engine, view } = await open();
    engine.judgeMs = 3_000;
    await at('go').locator('input').fill('L3.FF.V[62]');
    await view.page.keyboard.press('Enter');
    await at('list-top').waitFor();
    expect(await at('z-value').innerText()).toBe('·');
    const order = (): Promise<(string | null)[]> =>
      view.page
        .locator('.token-list')
        .evaluateAll((lists) => lists.map((list) => list.getAttribute('aria-label')));
    expect(await order()).toEqual(['Top: promotes', 'Bottom: suppresses']);
    await eventually(() => at('z-value').innerText()).toBe('36.3');
    await view.page.getByRole('heading', { name: 'suppresses' }).waitFor();
    expect(await order()).toEqual(['Top: promotes', 'Bottom: suppresses']);
  });

  test('in a table that is too long to be scanned unasked', async () => {
    const { at, engine, view } = await open();
    engine.judgeMs = 2_000;
    await at('go').locator('input').fill('E');
    await view.page.keyboard.press('Enter');
    await at('row-table').getByTestId('token-chip').first().waitFor();
    expect(await at('row-table').getByTestId('z-value').first().innerText()).toBe('·');
    await eventually(() => at('row-table').getByTestId('z-value').first().innerText()).toMatch(
      /\d/u,
    );
  });
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
  expect(lastSent(view, PANEL_METHODS.setOptions)).toMatchObject({
    k: 5,
    filters: { excludeUndertrained: false },
  });
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
  const changedOnDisk = {
    reason: 'changedOnDisk',
    message: 'model.safetensors changed on disk.',
  };

  test('a failing table says so in its place and can be tried again', async () => {
    const { at, engine, view } = await open();
    await at('readable-rows').getByTestId('row').first().waitFor();
    holdScans(engine);
    engine.failures.set('rowPage', changedOnDisk);
    await view.page.locator('[data-component="L1.Q"]').click();
    await at('failure').getByText(changedOnDisk.message).waitFor();
    expect(await view.violations()).toEqual([]);
    await at('failure').getByText('Try again').click();
    await at('row-table').getByTestId('token-chip').first().waitFor();
    expect(await at('failure').count()).toBe(0);
  });

  test('a failing table recovers by itself when its scan ends', async () => {
    // Held from the start: the table waits in the overview's batch.
    const engine = new SyntheticEngine();
    holdScans(engine);
    const { at, view } = await open({ answer: engine.answer });
    engine.failures.set('rowPage', changedOnDisk);
    await view.page.locator('[data-component="L1.Q"]').click();
    await at('failure').waitFor();
    engine.scanStepMs = 1;
    await at('row-table').getByTestId('token-chip').first().waitFor();
    expect(await at('failure').count()).toBe(0);
  });

  test('rows that came stay, and the reader with them, when further ones fail', async () => {
    const { at, engine, view } = await open({ location: matrix('E') });
    await at('row-table').getByTestId('token-chip').first().waitFor();
    engine.failures.set('rowPage', changedOnDisk);
    await at('row-table').locator('[tabindex="0"]').focus();
    await view.page.keyboard.press('Control+End');
    await at('failure').getByText(changedOnDisk.message).waitFor();
    expect(await view.violations()).toEqual([]);
    await at('failure').getByText('Try again').click();
    const last = at('row-table').getByTestId('row').filter({ hasText: '[999999]' });
    await last.getByTestId('token-chip').first().waitFor();
    expect(await at('failure').count()).toBe(0);
  });

  test('banners stand above what stays readable', async () => {
    const { at, view } = await open({ location: row('L3.FF.V[3]') });
    await at('list-top').waitFor();
    view.host.notify(PANEL_METHODS.engine, { state: 'restarted' });
    await at('banner').getByText('started again').waitFor();
    await at('list-top').waitFor();
    await at('banner').getByRole('button', { name: 'Dismiss' }).click();
    await at('banner').waitFor({ state: 'detached' });
    view.host.notify(PANEL_METHODS.stale, { state: 'gone' });
    await at('banner').getByText('no longer where it was').waitFor();
    view.host.notify(PANEL_METHODS.stale, { state: 'same' });
    await at('banner').waitFor({ state: 'detached' });
    view.host.notify(PANEL_METHODS.stale, { state: 'changed' });
    await at('banner').getByText('Reload').click();
    await eventually(() => lastSent(view, PANEL_METHODS.action)).toMatchObject({
      action: 'reload',
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
    await eventually(() => lastSent(view, PANEL_METHODS.action)).toMatchObject({
      action: 'showLog',
    });
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
    await eventually(() => lastSent(view, PANEL_METHODS.action)).toMatchObject({
      action: 'useOfferedTokenizer',
    });
  });

  test('pages of several models say why nothing is compared for an unknown architecture', async () => {
    const architectureProblem = 'The architecture "strange" is not known.';
    const { at, view } = await open({
      summary: { ...SYNTHETIC_SUMMARY, shape: null, architectureProblem, matrices: [] },
    });
    for (const page of ['align', 'diff', 'stitch', 'steps']) {
      const place = { page, other: '/models/another', steps: ['/models/a', '/models/b'] };
      view.host.notify('panel/reveal', place);
      await eventually(() => at(`page-${page}`).getByTestId('empty').innerText()).toBe(
        `The rows of synthetic cannot be told apart. ${architectureProblem}`,
      );
    }
  });

  test('a component that the model lacks is refused with a sentence', async () => {
    const { at, view } = await open();
    await at('go').locator('input').fill('L9.FF.V[3]');
    await view.page.keyboard.press('Enter');
    await at('go-problem').getByText('synthetic has no L9.FF.V[3].').waitFor();
    expect(await view.violations()).toEqual([]);
  });
});
