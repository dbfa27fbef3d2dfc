import { beforeAll, describe, expect, test } from 'vitest';
import { Panel } from './support/panel';
import { addSampleModel } from './support/profile';
import { useVSCode } from './support/useVSCode';
import { ALL_THEMES } from './support/vscode';

/** VS Code's own document around the page has no landmarks. */
const NOT_OURS = ['region', 'page-has-heading-one', 'landmark-one-main'];

/** By name: how one comes there. */
const PAGES: Readonly<Record<string, () => Promise<unknown>>> = {
  overview: toOverview,
  matrix: () => panel.goTo('L5.FF.V'),
  row: () => panel.goTo('L5.FF.V[1]'),
  search: async () => {
    await panel.get('go').locator('input').fill('#537');
    await panel.get('find-option').first().click();
  },
  head: async () => {
    await panel.get('go').locator('input').fill('L4.H2.VO');
    await code().page.keyboard.press('Enter');
  },
  bookmarks: async () => {
    await panel.goTo('L5.FF.V[1]');
    const star = panel.get('bookmark');
    if ((await star.getAttribute('aria-pressed')) === 'false') await star.click();
    await panel.get('bookmarks').click();
  },
  tensors: async () => {
    await toOverview();
    await panel.frame.getByRole('button', { name: /^\d+ tensors$/u }).click();
  },
};

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

function toOverview(): Promise<void> {
  return panel.get('breadcrumbs').getByText('sample').click();
}

describe.each(ALL_THEMES)('%s', (theme) => {
  test.each(Object.entries(PAGES))(
    'the page %s is accessible and leaves its picture',
    async (name, goThere) => {
      await code().setTheme(theme);
      await goThere();
      const page = panel.get(`page-${name}`);
      await page.waitFor();
      await page.getByTestId('row').or(page.getByTestId('token-chip')).first().waitFor();
      await code().screenshot(`${name}-${theme}`);
      expect(await code().violations({ skip: NOT_OURS })).toEqual([]);
    },
  );
});
