/** The pictures of the walkthrough's four steps. */
import { beforeAll, expect, test } from 'vitest';
import { Panel } from './support/panel';
import { takePicture } from './support/pictures';
import { addSampleModel } from './support/profile';
import { useVSCode } from './support/useVSCode';

const COMPONENT = 'L5.FF.K[317]';
const SIZE = { width: 1060, height: 640 };
/** Below the title and above the status bar; the panel alone begins right of the activity bar. */
const WINDOW = { x: 0, y: 38, width: 1056, height: 571 };
const PANEL = { ...WINDOW, x: 53, width: 1003 };

const code = useVSCode({ prepare: (workspace) => addSampleModel(workspace, 'film-a') });

beforeAll(() => code().page.setViewportSize(SIZE));

test('open: the menu of a folder', async () => {
  const { page } = code();
  const row = code().explorerRow('film-a');
  await row.waitFor();
  await row.click({ button: 'right' });
  const menu = page.locator('.context-view .monaco-menu');
  await menu.getByRole('menuitem', { name: 'Inspect checkpoint' }).hover();
  await takePicture(code(), 'walkthrough', 'open', { ...WINDOW, width: 600, height: 372 });
  await page.keyboard.press('Escape');
});

test('read: a row in words', async () => {
  const panel = await Panel.inspect(code(), 'film-a');
  await code().palette('View: Toggle Primary Side Bar Visibility');
  await panel.goTo(COMPONENT);
  await expect.poll(() => panel.get('z-value').first().innerText()).toMatch(/\d/u);
  await panel.get('histogram').waitFor();
  await panel.get('tree-toggle').click();
  await takePicture(code(), 'walkthrough', 'read', PANEL);
});

test('judge: a table by z', async () => {
  const panel = await Panel.shown(code());
  await panel.goTo('L5.FF.K');
  await panel
    .get('row-counts')
    .filter({ hasText: /stand out/u })
    .waitFor();
  await panel.get('row-table').getByTestId('token-chip').first().waitFor();
  await panel.get('row-table').locator('[data-cell="0:0"]').focus();
  for (const key of ['ArrowRight', 'ArrowRight']) await code().page.keyboard.press(key);
  await panel.get('hover-card').waitFor();
  await takePicture(code(), 'walkthrough', 'judge', PANEL);
  await code().page.keyboard.press('Escape');
});

test('browse: the tree with its words', async () => {
  const panel = await Panel.shown(code());
  await panel.goTo(COMPONENT);
  await code().activityBarItem('VocabScope').click();
  await code().palette('VocabScope: Reveal in tree');
  await code()
    .treeRow(/^L5\.FF\.K\[317\], .*tokens .*\p{L}/u)
    .waitFor();
  await panel.get('histogram').waitFor();
  await takePicture(code(), 'walkthrough', 'browse', WINDOW);
});
