import { beforeAll, expect, test } from 'vitest';
import { Panel } from './support/panel';
import { addSampleModel } from './support/profile';
import { useVSCode } from './support/useVSCode';

/** Computed in float64 from the stored weights, apart from this project. */
const GOLDEN = {
  component: 'L5.FF.V[1]',
  words: ['␣seen', '␣of', '␣played', 'ated', 'ized'],
  score: '0.30',
  norm: '0.95',
};
/** Rows of L5.FF.K that stand out most, two of the ten of highest centred kurtosis. */
const READABLE = ['K[98]', 'K[317]'];

const code = useVSCode({ prepare: (workspace) => addSampleModel(workspace) });
let panel: Panel;

beforeAll(async () => {
  panel = await Panel.inspect(code(), 'sample');
});

test('a right-click on a folder shows what the model is', async () => {
  await panel.get('page-overview').waitFor();
  await expect.poll(() => panel.get('identity').innerText()).toMatch(/gpt2.*6 layers.*d 128/su);
  expect(await code().editorTab('sample').count()).toBe(1);
});

test('a table is scanned unasked and sorted by z', async () => {
  await panel.goTo('L5.FF.K');
  await panel.get('page-matrix').waitFor();
  const table = panel.get('row-table');
  await panel
    .get('row-counts')
    .filter({ hasText: /stand out/u })
    .waitFor();
  await expect.poll(() => table.getByTestId('row').first().innerText()).toMatch(/^K\[\d+\]/u);
  const top = await table.getByTestId('row').allInnerTexts();
  const names = top.slice(0, 10).map((text) => text.split(/\s/u)[0]);
  expect(names).toEqual(expect.arrayContaining(READABLE));
});

test('the menu of a row in the panel is ours alone', async () => {
  const row = panel.get('row-table').getByTestId('row').first();
  const name = (await row.innerText()).split(/\s/u)[0];
  await code().contextMenu(row, 'Copy component id');
  await expect
    .poll(() => code().page.evaluate(() => navigator.clipboard.readText()))
    .toBe(`L5.FF.${name ?? ''}`);
});

test('a row shows the words and numbers of the golden', async () => {
  await panel.goTo(GOLDEN.component);
  await panel.get('page-row').waitFor();
  expect(await panel.words('top', 5)).toEqual(GOLDEN.words);
  await expect.poll(() => panel.get('list-top').innerText()).toContain(GOLDEN.score);
  await expect.poll(() => panel.get('evidence').innerText()).toContain(GOLDEN.norm);
  await expect.poll(() => panel.get('z-value').first().innerText()).toMatch(/\d/u);
  await code().editorTab(GOLDEN.component).waitFor();
});

test('the native tree follows, and leads to rows by their first words', async () => {
  await code().activityBarItem('VocabScope').click();
  await code().palette('VocabScope: Reveal in tree');
  await code().treeRow(new RegExp(`^L5\\.FF\\.V\\[1\\], .*tokens .*\\p{L}`, 'u')).waitFor();
  await code()
    .treeRow(/^L5\.FF\.V\[7\], /u)
    .click();
  await panel.crumb('L5.FF.V[7]').waitFor();
});

test('inspecting the same model again shows the same panel', async () => {
  await code().palette('VocabScope: Open sample model');
  await expect.poll(() => code().page.locator('.tab').count()).toBe(2);
  await code().palette('View: Close Editor');
  await code()
    .page.locator('.activitybar')
    .getByRole('tab', { name: /Explorer/u })
    .click();
  await Panel.inspect(code(), 'sample');
  expect(await code().page.locator('.tab').count()).toBe(1);
});

test('a reload of the window brings the panel back to where it was', async () => {
  await panel.goTo(GOLDEN.component);
  await code().palette('Developer: Reload Window');
  const restored = await Panel.shown(code());
  await restored.get('page-row').waitFor();
  await restored.crumb(GOLDEN.component).waitFor();
  await code().editorTab(GOLDEN.component).waitFor();
  expect(await restored.words('top', 5)).toEqual(GOLDEN.words);
});

test('nothing is asked of the network', () => {
  expect(code().outsideRequests).toEqual([]);
});
