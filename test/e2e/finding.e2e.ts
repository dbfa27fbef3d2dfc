import { expect, test } from 'vitest';
import { Panel } from './support/panel';
import { addSampleModel } from './support/profile';
import { useVSCode } from './support/useVSCode';

const code = useVSCode({ prepare: (workspace) => addSampleModel(workspace) });

/** Answers the box that asks for a line. */
async function answer(text: string): Promise<void> {
  const input = code().page.locator('.quick-input-widget input[type=text]').first();
  await input.waitFor();
  await input.fill(text);
  await input.press('Enter');
}

/** Runs a command that asks for something: the box of the palette becomes its own. */
async function ask(command: string): Promise<void> {
  const { page } = code();
  const input = page.locator('.quick-input-widget input[type=text]').first();
  await page.keyboard.press('F1');
  await input.fill(`>${command}`);
  await page
    .locator('.quick-input-widget')
    .getByRole('option', { name: command })
    .first()
    .waitFor();
  await input.press('Enter');
  await expect.poll(() => input.inputValue()).not.toContain(command);
}

async function clipboard(): Promise<string> {
  return code().page.evaluate(() => navigator.clipboard.readText());
}

test('a component is found by any part of its id, from the palette', async () => {
  const panel = await Panel.inspect(code(), 'sample');
  await ask('VocabScope: Go to component…');
  const box = code().page.locator('.quick-input-widget');
  await box.locator('input[type=text]').first().fill('5v31');
  await box.getByRole('option', { name: /^L5\.FF\.V\[31\]/u }).waitFor();
  await code().page.keyboard.press('Enter');
  await panel.crumb('L5.FF.V[31]').waitFor();
});

test('the menu of a token searches it over the whole model', async () => {
  const panel = await Panel.shown(code());
  await panel.goTo('L5.FF.K[317]');
  const chip = panel.get('list-top').getByTestId('token-chip').first();
  await chip.waitFor();
  await code().contextMenu(chip, 'Search token…');
  await panel.get('page-search').waitFor();
  await panel.get('search-table').getByTestId('token-chip').first().waitFor();
  await expect.poll(() => panel.get('search-table').innerText()).toMatch(/L5\.FF\.K\[317\]/u);
  await code().screenshot('search');
});

test('the keys of the panel leave the rest of VS Code alone', async () => {
  const panel = await Panel.shown(code());
  await panel.goTo('L5.FF.V');
  await panel.get('row-table').getByTestId('row').first().waitFor();
  await panel.get('row-table').locator('[data-cell="0:0"]').focus();
  await code().page.keyboard.press('Control+f');
  await expect
    .poll(() => panel.get('row-filter').evaluate((it) => it.contains(document.activeElement)))
    .toBe(true);
  expect(await code().page.locator('.find-widget.visible, .simple-find-part.visible').count()).toBe(
    0,
  );
});

test('what Ctrl+Enter opens stands beside, in a panel of its own', async () => {
  const panel = await Panel.shown(code());
  await panel.get('row-table').locator('[data-cell="0:0"]').focus();
  await code().page.keyboard.press('Control+Enter');
  await code().webview(1).getByTestId('page-row').waitFor();
  await panel.get('page-matrix').waitFor();
  await code().screenshot('beside');
  expect(await code().page.locator('.tab', { hasText: 'sample' }).count()).toBe(2);
});

test('a link leads back to its place; what is not open is opened when the reader agrees', async () => {
  await code().closeEditors();
  const panel = await Panel.inspect(code(), 'sample');
  await panel.goTo('L4.FF.V[12]');
  await code().palette('VocabScope: Copy link');
  await expect.poll(clipboard).toContain('vocabscope.vocabscope/open?');
  const link = await clipboard();
  await code().palette('VocabScope: Close model');
  await code().page.locator('iframe.webview').first().waitFor({ state: 'detached' });
  await ask('Developer: Open URL');
  await answer(link);
  const dialog = code().page.locator('.monaco-dialog-box');
  await dialog.getByRole('button', { name: 'Open' }).click();
  await dialog.filter({ hasText: 'asks VocabScope to open a model' }).waitFor();
  await code().screenshot('link-asks');
  await dialog.getByRole('button', { name: 'Open' }).click();
  const shown = await Panel.shown(code());
  await shown.crumb('L4.FF.V[12]').waitFor();
});

test('a row is bookmarked with a note in the tree, and the panel shows it', async () => {
  const panel = await Panel.shown(code());
  await panel.goTo('L5.FF.V[7]');
  await code().activityBarItem('VocabScope').click();
  await code().palette('VocabScope: Reveal in tree');
  const line = code().treeRow(/^L5\.FF\.V\[7\], /u);
  await code().contextMenu(line, 'Bookmark…');
  await answer('to look at again');
  await expect.poll(() => panel.get('bookmark-note').inputValue()).toBe('to look at again');
  await code().palette('VocabScope: Show bookmarks');
  await panel.get('bookmarks-table').getByText('to look at again').last().waitFor();
  await code().screenshot('bookmarks');
});
