/** A classifier without training: its curves, and one stitched model's texts. */
import { describe, expect, test } from 'vitest';
import type { EngineMethod, EngineParams } from '../../../src/protocol/engineApi';
import { PANEL_METHODS, type PanelLocation } from '../../../src/protocol/panelApi';
import { THEME_NAMES, type PageOptions } from './panelPage';
import { otherThan, reopening } from './syntheticAlignment';
import { SYNTHETIC_SUMMARY } from './syntheticEngine';
import { TEXTS } from './syntheticStitching';
import { eventually, lastSent, usePanel, type OpenPanel } from './usePanel';

const open = usePanel();

const OTHER = '/models/another';
const RECIPE = {
  ...{ file: '/data/sentences-500.csv', textColumn: 'text', labelColumn: 'label' },
  maxTexts: 500,
};
const LOCATION: PanelLocation = { page: 'stitch', other: OTHER, recipe: RECIPE };
/** k from 0 to 4. */
const KEEPS = 5;

function openStitch(options: Partial<PageOptions> = {}): Promise<OpenPanel> {
  const openOther = (): { ok: typeof SYNTHETIC_SUMMARY } => ({ ok: otherThan(SYNTHETIC_SUMMARY) });
  return open({ location: LOCATION, openOther, ...options });
}

function asked<M extends EngineMethod>({ view }: OpenPanel, method: M): EngineParams<M>[] {
  return view.host.queries
    .filter((query) => query.method === method)
    .map(({ params }) => params as EngineParams<M>);
}

/** Opens a point of the chart by keyboard. */
async function choose({ view, at }: OpenPanel, series: number, point: number): Promise<void> {
  await at('line-chart').waitFor();
  await view.page.locator(`[data-point="${String(series)} ${String(point)}"]`).focus();
  await view.page.keyboard.press('Enter');
  await at('confusion').waitFor();
}

describe('the curves of a stitched pair', () => {
  test('stand with their intervals beside chance, the classifier itself and the control', async () => {
    const panel = await openStitch();
    const { view, at } = panel;
    await at('line-chart').waitFor();
    expect(await view.page.locator('.chart-point').count()).toBe(3 * KEEPS);
    await eventually(() => at('stitch-compared').innerText()).toContain('shuffled vocabulary');
    // The plain curves are there before the control is measured.
    expect(asked(panel, 'stitch')).toMatchObject([
      { base: 'other', control: false, transplants: [1, 2, 3], data: RECIPE },
      { base: 'other', control: true },
    ]);
    const chart = await at('line-chart').textContent();
    for (const level of ['A itself', 'shuffled control at best', 'chance']) {
      expect(chart).toContain(level);
    }
    const point = view.page.locator('[data-point="0 3"]');
    expect(await point.getAttribute('aria-label')).toMatch(
      /^n = 1, k, first blocks of B 3: [\d.]+% \([\d.]+% to [\d.]+%\)$/u,
    );
    const recipe = await at('recipe').innerText();
    for (const part of [
      'synthetic',
      'another',
      'sentences-500.csv',
      'last token, says train.json',
    ]) {
      expect(recipe).toContain(part);
    }
    expect(recipe).toContain('12 of 200 texts were cut to 256 tokens');
    expect(recipe).toContain('8,192 tokens, condition 3.3e+3, ridge 0');
    await at('stitchBase').click();
    await eventually(() => lastSent(panel.view, PANEL_METHODS.action)).toEqual({
      action: 'stitchBase',
    });
  });

  test('have a table in their place, whose values open the same', async () => {
    const panel = await openStitch({ theme: 'highContrast' });
    const { view, at } = panel;
    await at('line-chart').waitFor();
    await view.page.locator('[data-point="0 0"]').focus();
    await view.page.keyboard.press('v');
    await at('chart-table').waitFor();
    expect(await at('chart-table').locator('tbody tr').count()).toBe(KEEPS);
    await at('chart-table').locator('tbody tr').nth(2).locator('button').nth(1).click();
    await at('confusion').waitFor();
    expect(asked(panel, 'stitchExamples')[0]).toMatchObject({ transplant: 2, keep: 2 });
  });

  test('say first where they fail, and promise nothing', async () => {
    const panel = await openStitch();
    await panel.at('line-chart').waitFor();
    const good = await panel.at('verdict').innerText();
    expect(good).toMatch(/^Best with n = 1 at k = 2 to 4, which are not told apart/u);
    expect(good).toContain('70% with 3 of 11 stitched models; nothing is promised');
    panel.engine.stitching.lift = 0;
    await panel.at('stitch-norm').click();
    await eventually(() => panel.at('verdict').innerText()).toMatch(
      /^No stitched model is told apart from chance: the interval of the best includes 50\.0%\.\s+Not told apart from the control/u,
    );
    expect(asked(panel, 'stitch').at(-1)).toMatchObject({ withoutFinalNorm: true });
  });

  test('stand beside what is compared, calibrated and without under-trained tokens', async () => {
    const panel = await openStitch();
    const { view, at } = panel;
    await at('line-chart').waitFor();
    const beside = async (name: string): Promise<void> => {
      await at('stitch-beside').click();
      await view.page.getByRole('option', { name }).click();
    };
    await beside('without under-trained tokens');
    await eventually(() => view.page.locator('.chart-point').count()).toBe(6 * KEEPS);
    expect(asked(panel, 'stitch').at(-1)).toMatchObject({ excludeUndertrained: true });
    await beside('calibrated threshold');
    await choose(panel, 4, 3);
    expect(asked(panel, 'stitchExamples').at(-1)).toMatchObject({ calibrated: true, keep: 3 });
  });
});

describe('the translation', () => {
  test('is measured when it is asked for, drawn beside, and judged and exported as such', async () => {
    const panel = await openStitch();
    const { view, at } = panel;
    await at('measure-translated').click();
    await eventually(() => view.page.locator('.chart-point').count()).toBe(6 * KEEPS);
    expect(asked(panel, 'stitch').at(-1)).toMatchObject({ translate: true, control: false });
    expect(await at('translation-note').innerText()).toMatch(/^Translated models carry no state/u);
    const table = at('stitch-compared').getByRole('row', { name: 'translated' });
    expect(await table.innerText()).toMatch(/(?:[\d.]+%, k \d \([\d.]+% to [\d.]+%\)\s*){3}$/u);
    expect(await at('measure-translated').count()).toBe(0);
    await choose(panel, 4, 3);
    const choice = { transplant: 2, keep: 3, translate: true };
    expect(asked(panel, 'stitchExamples').at(-1)).toMatchObject(choice);
    await at('try-text').fill('a film of joy');
    await view.page.keyboard.press('Enter');
    await at('tried').waitFor();
    expect(asked(panel, 'classifyStitched').at(-1)).toMatchObject(choice);
    await at('export-stitched').click();
    await eventually(() => lastSent(view, PANEL_METHODS.exportStitched)).toMatchObject(choice);
    expect(await view.violations()).toEqual([]);
  });

  test('stays, on its way or measured, while something else is compared', async () => {
    const panel = await openStitch();
    const { view, at } = panel;
    await at('line-chart').waitFor();
    await eventually(() => asked(panel, 'stitch')).toHaveLength(2);
    const row = (name: string): Promise<string> =>
      at('stitch-compared').getByRole('row', { name }).innerText();
    panel.engine.stitching.stepMs = 300;
    await at('measure-translated').focus();
    await view.page.keyboard.press('Enter');
    await eventually(() => at('live').textContent()).toContain('Measuring: translated');
    expect(await view.page.locator('th:focus').innerText()).toContain('translated');
    await at('measure-trainedTokens').click();
    await eventually(() => at('pending').count()).toBe(2);
    expect(await at('measure-translated').count()).toBe(0);
    panel.engine.stitching.stepMs = 0;
    await eventually(() => at('pending').count()).toBe(0);
    for (const name of ['translated', 'under-trained']) {
      expect(await row(name)).toMatch(/(?:[\d.]+%, k \d \([\d.]+% to [\d.]+%\)\s*){3}$/u);
    }
    await at('stitch-beside').click();
    await view.page.getByRole('option', { name: 'nothing' }).click();
    await eventually(() => view.page.locator('.chart-point').count()).toBe(3 * KEEPS);
    expect(await row('translated')).toContain('%');
    expect(asked(panel, 'stitch')).toHaveLength(4);
  });

  test('says beside the curves why a classifier has none', async () => {
    const panel = await openStitch();
    await panel.at('line-chart').waitFor();
    await eventually(() => asked(panel, 'stitch')).toHaveLength(2);
    const message = 'synthetic cannot be translated: its norms stand after its sublayers.';
    panel.engine.failures.set('stitch', { reason: 'runRefused', message });
    await panel.at('measure-translated').click();
    await eventually(() => panel.at('failure').innerText()).toContain(message);
    expect(await panel.view.page.locator('.chart-point').count()).toBe(3 * KEEPS);
  });
});

describe('one stitched model', () => {
  test('shows which texts it gets wrong, surest errors first, and filters them', async () => {
    const panel = await openStitch();
    const { at } = panel;
    await choose(panel, 0, 3);
    const numbers = (await at('confusion').locator('tbody td').allInnerTexts()).map(parseFloat);
    const [a = 0, b = 0, , c = 0, d = 0] = numbers;
    expect(a + b + c + d).toBe(TEXTS);
    const rows = at('examples').getByTestId('row');
    await eventually(() => rows.first().innerText()).toMatch(/sentence \d+/u);
    const [, label, predicted] = (await rows.first().innerText()).split('\n');
    expect(label).not.toBe(predicted);
    await at('show-right').click();
    await eventually(async () => {
      const [, given, said] = (await rows.first().innerText()).split('\n');
      return given === said;
    }).toBe(true);
    expect(asked(panel, 'stitchExamples').at(-1)).toMatchObject({ show: 'right', start: 0 });
  });

  test('judges a text of the reader’s, and an example that is opened', async () => {
    const panel = await openStitch();
    const { view, at } = panel;
    await choose(panel, 1, 2);
    await at('try-text').fill('a film of joy');
    await view.page.keyboard.press('Enter');
    await at('tried').waitFor();
    expect(await at('tried').innerText()).toMatch(/NEGATIVE\s+[\d.]+%\s+POSITIVE\s+[\d.]+%/u);
    expect(await at('tried-words').locator('tbody tr').count()).toBe(4);
    expect(asked(panel, 'classifyStitched').at(-1)).toMatchObject({
      ...{ base: 'other', transplant: 2, keep: 2, texts: ['a film of joy'], words: true },
    });
    await at('examples').locator('[data-cell="0:0"]').focus();
    await view.page.keyboard.press('Enter');
    await eventually(() => at('try-text').inputValue()).toMatch(/^sentence \d+ of a film/u);
  });

  test('opens a base that was closed again where texts are asked again', async () => {
    const panel = await openStitch({ openOther: reopening(SYNTHETIC_SUMMARY) });
    const { at, engine } = panel;
    const closed = { reason: 'notOpen', message: 'another was closed.' };
    const askAgain = async (method: EngineMethod, base: string): Promise<void> => {
      await eventually(() => at('failure').innerText()).toContain(closed.message);
      await at('failure').getByRole('button', { name: 'Try again' }).click();
      await eventually(() => asked(panel, method).at(-1)).toMatchObject({ base });
      await eventually(() => at('failure').count()).toBe(0);
    };
    await eventually(() => asked(panel, 'stitch')).toMatchObject([{}, { control: true }]);
    await choose(panel, 0, 3);
    engine.failures.set('stitchExamples', closed);
    await at('show-wrong').click();
    await askAgain('stitchExamples', 'other2');
    engine.failures.set('classifyStitched', closed);
    await at('try-text').fill('a film of joy');
    await at('try-run').click();
    await askAgain('classifyStitched', 'other3');
    await at('tried').waitFor();
  });

  test('is exported by the host', async () => {
    const panel = await openStitch();
    await choose(panel, 2, 4);
    await panel.at('export-stitched').click();
    await eventually(() => lastSent(panel.view, PANEL_METHODS.exportStitched)).toEqual({
      ...{ transplant: 3, keep: 4, withoutFinalNorm: false, excludeUndertrained: false },
      translate: false,
    });
  });

  test('is there again after a reload', async () => {
    const panel = await openStitch();
    await choose(panel, 0, 3);
    const stored = await panel.view.kept();
    const again = await open({
      stored,
      openOther: () => ({ ok: otherThan(SYNTHETIC_SUMMARY) }),
    });
    await again.at('confusion').waitFor();
    expect(asked(again, 'stitch')[0]).toMatchObject({ data: RECIPE });
    expect(asked(again, 'stitchExamples')[0]).toMatchObject({ transplant: 1, keep: 3 });
  });
});

describe('the page of a stitched pair', () => {
  test('says how far it is, stops, and goes on', async () => {
    const panel = await openStitch({ location: { page: 'overview' } });
    panel.engine.stitching.stepMs = 300;
    panel.view.host.notify(PANEL_METHODS.reveal, LOCATION);
    await eventually(() => panel.at('pending').innerText()).toMatch(/\d of 10 runs of a block/u);
    await panel.at('pending').getByText('Cancel').click();
    await panel.view.page.getByText('Start again').waitFor();
    panel.engine.stitching.stepMs = 0;
    await panel.view.page.getByText('Start again').click();
    await panel.at('line-chart').waitFor();
  });

  test('says what is missing where no texts are named', async () => {
    const panel = await openStitch({ location: { page: 'stitch', other: OTHER } });
    await eventually(() => panel.at('empty').innerText()).toContain('No labelled texts are named.');
    expect(await panel.view.violations()).toEqual([]);
  });

  test('says why a pair cannot be stitched, and asks again', async () => {
    const panel = await openStitch({ location: { page: 'overview' } });
    const message = '/models/another/model.safetensors was not found.';
    panel.engine.failures.set('stitch', { reason: 'notFound', message });
    panel.view.host.notify(PANEL_METHODS.reveal, LOCATION);
    await eventually(() => panel.at('failure').innerText()).toContain(message);
    expect(await panel.view.page.getByText('Choose other texts…').count()).toBe(0);
    await panel.view.page.getByText('Try again').click();
    await panel.at('line-chart').waitFor();
  });

  test('offers other texts where those that are named are of no use', async () => {
    const panel = await openStitch({ location: { page: 'overview' } });
    const message = 'sentences-500.csv, line 3: the label "neutral" is none of the classifier’s.';
    panel.engine.failures.set('stitch', { reason: 'invalidData', message });
    panel.view.host.notify(PANEL_METHODS.reveal, LOCATION);
    await eventually(() => panel.at('failure').innerText()).toContain(message);
    await panel.view.page.getByText('Choose other texts…').click();
    await eventually(() => lastSent(panel.view, PANEL_METHODS.action)).toEqual({
      action: 'stitchData',
    });
    panel.engine.stitching.stepMs = 300;
    const recipe = { ...RECIPE, file: '/data/good.csv' };
    panel.view.host.notify(PANEL_METHODS.reveal, { ...LOCATION, recipe });
    await eventually(() => panel.at('pending').innerText()).toMatch(/\d of 10 runs of a block/u);
    expect(await panel.at('recipe').innerText()).toContain('good.csv');
    expect(await panel.at('failure').count()).toBe(0);
    panel.engine.stitching.stepMs = 0;
    await panel.at('line-chart').waitFor();
  });

  test.each(THEME_NAMES)('is without violations, %s', async (theme) => {
    const panel = await openStitch({ theme });
    await choose(panel, 0, 3);
    expect(await panel.view.violations()).toEqual([]);
    expect(panel.view.complaints).toEqual([]);
  });
});
