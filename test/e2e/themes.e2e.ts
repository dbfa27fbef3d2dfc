import { beforeAll, describe, expect, test } from 'vitest';
import { Panel } from './support/panel';
import { addSampleModel } from './support/profile';
import { useVSCode } from './support/useVSCode';
import { ALL_THEMES } from './support/vscode';

/** VS Code's own document around the page has no landmarks. */
const NOT_OURS = ['region', 'page-has-heading-one', 'landmark-one-main'];

const PAGES = [
  { name: 'overview', component: undefined },
  { name: 'matrix', component: 'L5.FF.V' },
  { name: 'row', component: 'L5.FF.V[1]' },
] as const;

const code = useVSCode({ prepare: (workspace) => addSampleModel(workspace) });
let panel: Panel;

beforeAll(async () => {
  panel = await Panel.inspect(code(), 'sample');
  await panel.goTo('L5.FF.V');
  await panel
    .get('row-counts')
    .filter({ hasText: /stand out/u })
    .waitFor();
});

describe.each(ALL_THEMES)('%s', (theme) => {
  test.each(PAGES)('the $name page is accessible and leaves its picture', async (page) => {
    await code().setTheme(theme);
    if (page.component === undefined) {
      await panel.get('breadcrumbs').getByText('sample').click();
    } else {
      await panel.goTo(page.component);
    }
    await panel.get(`page-${page.name}`).waitFor();
    await panel.get('token-chip').first().waitFor();
    await code().screenshot(`${page.name}-${theme}`);
    expect(await code().violations({ skip: NOT_OURS })).toEqual([]);
  });
});
