import { expect, test } from 'vitest';
import { Panel } from './support/panel';
import { addSampleModel } from './support/profile';
import { useVSCode } from './support/useVSCode';

const code = useVSCode({ prepare: (workspace) => addSampleModel(workspace) });

test('from the palette to a row and on to the next, without a mouse', async () => {
  const { page } = code();
  await code().palette('VocabScope: Inspect checkpoint');
  await page
    .locator('.quick-input-widget')
    .getByRole('option', { name: /sample/u })
    .waitFor();
  await page.keyboard.press('Enter');
  const panel = await Panel.shown(code());
  await panel.get('page-overview').waitFor();

  await code().palette('VocabScope: Focus panel');
  await panel.hasFocus();
  await page.keyboard.press('g');
  await page.keyboard.type('L5.FF.V');
  await page.keyboard.press('Enter');
  await panel.get('page-matrix').waitFor();
  await panel
    .get('row-counts')
    .filter({ hasText: /stand out/u })
    .waitFor();

  await panel.get('row-table').getByTestId('row').first().waitFor();
  const cell = panel.get('row-table').locator('[data-cell][tabindex="0"]');
  for (
    let presses = 0;
    presses < 30 && !(await cell.evaluate((it) => it === document.activeElement));
    presses++
  ) {
    await page.keyboard.press('Tab');
  }
  await page.keyboard.press('Control+Home');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await panel.get('page-row').waitFor();

  const position = panel.get('row-position');
  await expect.poll(() => position.innerText()).toMatch(/^2 of 512/u);
  await page.keyboard.press(']');
  await expect.poll(() => position.innerText()).toMatch(/^3 of 512/u);
  await page.keyboard.press('[');
  await expect.poll(() => position.innerText()).toMatch(/^2 of 512/u);
});
