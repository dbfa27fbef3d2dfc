import { expect, test } from 'vitest';
import { addSampleModel } from './support/profile';
import { useVSCode } from './support/useVSCode';

const code = useVSCode({ prepare: (workspace) => addSampleModel(workspace) });

test('the packed extension is installed and shows its icon', async () => {
  const icon = code().activityBarItem('VocabScope');
  await icon.click();
  expect(await icon.getAttribute('aria-selected')).toBe('true');
  await code().screenshot('activity-bar');
});

test('VS Code lists the extension', async () => {
  await code().palette('Extensions: Show Installed Extensions');
  await code().page.locator('.extension-list-item', { hasText: 'VocabScope' }).waitFor();
});

test('nothing is asked of the network', () => {
  expect(code().outsideRequests).toEqual([]);
});
