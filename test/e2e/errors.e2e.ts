import fs from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { answerFileDialog } from './support/fileDialog';
import { Panel } from './support/panel';
import { addSampleModel } from './support/profile';
import { useVSCode } from './support/useVSCode';

/** A header that claims to be longer than any file. */
const BROKEN = Buffer.from('ffffffffffffff7f00', 'hex');

const code = useVSCode({
  prepare: (workspace) => {
    fs.mkdirSync(path.join(workspace, 'broken'));
    fs.writeFileSync(path.join(workspace, 'broken/broken.safetensors'), BROKEN);
    fs.rmSync(path.join(addSampleModel(workspace, 'wordless'), 'tokenizer.json'));
    addSampleModel(workspace, 'sample');
  },
});

test('a broken file is refused with a sentence and a button', async () => {
  const row = code().explorerRow('broken');
  await row.waitFor();
  await code().contextMenu(row, 'Inspect checkpoint');
  const message = code().page.locator('.notification-list-item');
  await message.filter({ hasText: /broken\.safetensors.*\./u }).waitFor();
  await message.getByRole('button', { name: 'Open Another…' }).click();
  await code().page.locator('.quick-input-widget').getByText('Open a checkpoint').waitFor();
  await code().page.keyboard.press('Escape');
});

test('a broken file that is opened says so where the model would be', async () => {
  await code().explorerRow('broken').click();
  await code().explorerRow('broken.safetensors').dblclick();
  const panel = code().webview();
  await panel
    .getByTestId('page-failed')
    .filter({ hasText: /broken\.safetensors/u })
    .waitFor();
  expect(await code().violations({ skip: ['region', 'page-has-heading-one'] })).toEqual([]);
  await code().screenshot('failed-to-open');
  const sample = path.join(code().workspace, 'sample/model.safetensors');
  fs.copyFileSync(sample, path.join(code().workspace, 'broken/broken.safetensors'));
  await panel.getByRole('button', { name: 'Try again' }).click();
  await panel.getByTestId('page-failed').waitFor({ state: 'detached' });
  await panel.getByTestId('breadcrumbs').filter({ hasText: 'broken' }).waitFor();
  await code().palette('View: Close Editor');
});

test('a model without a tokenizer shows ids until one is chosen, which is remembered', async () => {
  const panel = await Panel.inspect(code(), 'wordless');
  await panel.goTo('L5.FF.V[1]');
  expect(await panel.words('top', 1)).toEqual([expect.stringMatching(/^#\d+$/u)]);

  await panel.get('breadcrumbs').getByText('wordless').click();
  await panel.frame.getByRole('button', { name: 'Choose tokenizer…' }).click();
  await answerFileDialog(code(), path.join(code().workspace, 'sample/tokenizer.json'));
  await panel.goTo('L5.FF.V[1]');
  await expect.poll(() => panel.words('top', 2)).toEqual(['␣seen', '␣of']);

  await code().palette('Developer: Reload Window');
  const restored = await Panel.shown(code());
  await expect.poll(() => restored.words('top', 2)).toEqual(['␣seen', '␣of']);
});
