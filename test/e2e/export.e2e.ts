import fs from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { answerFileDialog } from './support/fileDialog';
import { Panel } from './support/panel';
import { addSampleModel } from './support/profile';
import { useVSCode } from './support/useVSCode';

const code = useVSCode({ prepare: (workspace) => addSampleModel(workspace) });

/** Chooses an item of the list that is open. */
async function choose(item: string | RegExp): Promise<void> {
  const option = code().page.locator('.quick-input-widget').getByRole('option', { name: item });
  await option.waitFor();
  await option.click();
  await option.waitFor({ state: 'detached' });
}

test('a table is exported from its page, and opened', async () => {
  const panel = await Panel.inspect(code(), 'sample');
  await panel.goTo('L5.FF.V');
  await panel.get('export-menu').click();
  await panel.frame.getByRole('menuitem', { name: 'Export to a file…' }).click();
  await choose(/^L5\.FF\.V, 512 rows/u);
  await code().screenshot('export-form');
  await choose(/JSON Lines/u);
  const file = path.join(code().workspace, 'values.jsonl');
  await answerFileDialog(code(), file);

  const message = code().page.locator('.notification-list-item');
  await message
    .filter({ hasText: /512 readings of sample were exported to values\.jsonl/u })
    .waitFor();
  await code().screenshot('exported');
  const lines = fs.readFileSync(file, 'utf8').trimEnd().split('\n');
  expect(lines).toHaveLength(512);
  expect(JSON.parse(lines[1] ?? '')).toMatchObject({
    ...{ component: 'L5.FF.V[1]', schema: 'vocabscope/1', model: { name: 'sample' } },
    options: { top: 20, filters: { exclude_undertrained: true } },
  });
  await message.getByRole('button', { name: 'Open File' }).click();
  await code().editorTab('values.jsonl').waitFor();
});

test('the form that was chosen last comes first, and a cancel leaves nothing', async () => {
  await code().palette('VocabScope: Export readings…');
  await choose(/^Whole model/u);
  const first = code().page.locator('.quick-input-widget').getByRole('option').first();
  await first.filter({ hasText: 'JSON Lines' }).waitFor();
  await choose(/CSV/u);
  await answerFileDialog(code(), path.join(code().workspace, 'all.csv'));
  const notification = code().page.locator('.notification-list-item', {
    hasText: 'Exporting readings of sample',
  });
  await notification.getByRole('button', { name: 'Cancel' }).click();
  await notification.waitFor({ state: 'detached' });
  const left = (): string[] =>
    fs.readdirSync(code().workspace).filter((name) => /\.(csv|part)$/u.test(name));
  await expect.poll(left).toEqual([]);
});
