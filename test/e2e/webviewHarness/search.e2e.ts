/** Finding tokens and components: the box of the top bar, the page of a token. */
import { describe, expect, test } from 'vitest';
import { THEME_NAMES } from './panelPage';
import { eventually, matrix, row, usePanel } from './usePanel';
import type { OpenPanel } from './usePanel';

const open = usePanel();

/** What the box offers, as it is read. */
async function offered({ at }: OpenPanel): Promise<string[]> {
  await at('find-option').first().waitFor();
  return (await at('find-option').allInnerTexts()).map((text) => text.replace(/\s+/gu, ''));
}

async function type({ at, view }: OpenPanel, text: string): Promise<void> {
  await at('go').locator('input').click();
  await at('go').locator('input').fill('');
  await view.page.keyboard.type(text);
}

describe('the box', () => {
  test('offers a word in its spellings, the page of which lists rows of the whole model', async () => {
    const panel = await open();
    const { at, view } = panel;
    await at('page-overview').waitFor();
    await view.page.keyboard.press('t');
    await view.page.keyboard.type('she');
    await eventually(() => offered(panel)).toEqual(['␣she#537', 'she#4420', '␣She#1119']);
    expect(await view.violations()).toEqual([]);
    await view.page.keyboard.press('ArrowDown');
    await view.page.keyboard.press('ArrowDown');
    await view.page.keyboard.press('Enter');
    await at('page-search').getByRole('heading', { name: 'she' }).waitFor();
    const first = at('search-table').getByTestId('row').first();
    await eventually(() => first.innerText()).toMatch(/^L0\.FF\.K\[0\]\s+4\.21\s+1\s/u);
    expect(await at('footer').innerText()).toContain('1,024 rows searched');
    await at('breadcrumbs').getByText('Rows for she').waitFor();
  });

  test('takes what stands in quotes as it is, and an id', async () => {
    const panel = await open();
    await type(panel, '"she"');
    await eventually(() => offered(panel)).toEqual(['she#4420']);
    await type(panel, '#339');
    await eventually(() => offered(panel)).toEqual(['␣he#339']);
    await type(panel, ' she');
    await eventually(() => offered(panel)).toEqual(['␣she#537', 'she#4420', '␣She#1119']);
  });

  test('offers pieces and neighbours of a word that is no token', async () => {
    const panel = await open();
    await type(panel, 'sheepdog');
    await panel.view.page.getByText('No token is “sheepdog”: its pieces').waitFor();
    await panel.view.page.getByText('Spelled most like it').waitFor();
    expect(await offered(panel)).toContain('ep#685');
    expect(await panel.view.violations()).toEqual([]);
  });

  test('finds components by what one types of them', async () => {
    const panel = await open();
    const { at, view } = panel;
    await at('page-overview').waitFor();
    await view.page.keyboard.press('g');
    await view.page.keyboard.type('3v62');
    await eventually(() => offered(panel).then(([first]) => first)).toBe('L3.FF.V[62]FFvalues');
    await view.page.keyboard.press('Enter');
    await at('page-row').getByRole('heading', { name: 'L3.FF.V[62]' }).waitFor();
    expect(await at('find-list').count()).toBe(0);
  });

  test('Escape takes back what is typed, then leads back to the page', async () => {
    const panel = await open({ location: matrix('L0.FF.K') });
    const { at, view } = panel;
    await at('row').first().waitFor();
    await view.page.keyboard.press('g');
    await view.page.keyboard.type('5');
    await at('find-list').waitFor();
    await view.page.keyboard.press('Escape');
    expect(await at('find-list').count()).toBe(0);
    expect(await at('go').locator('input').inputValue()).toBe('');
    await view.page.keyboard.press('Escape');
    expect(
      await view.page.evaluate(() => document.activeElement?.closest('.page-host') !== null),
    ).toBe(true);
  });

  test('says that nothing goes by a name', async () => {
    const { at, view } = await open();
    await at('page-overview').waitFor();
    await view.page.keyboard.press('g');
    await view.page.keyboard.type('L9.FF.V[3]');
    await view.page.keyboard.press('Enter');
    await at('go-problem').getByText('synthetic has no L9.FF.V[3].').waitFor();
    expect(await view.violations()).toEqual([]);
  });
});

describe('the page of a token', () => {
  test('shows progress, is cancelled, and goes on when it is asked again', async () => {
    const { at, engine, view } = await open();
    engine.searchStepMs = 1_000;
    await at('page-overview').waitFor();
    await view.page.keyboard.press('t');
    await view.page.keyboard.type('" she"');
    await view.page.keyboard.press('Enter');
    await eventually(() => at('search-progress').innerText()).toMatch(
      /Weights read: [\d.]+ MB of 10\.0 MB/u,
    );
    await at('search-cancel').click();
    await at('empty').getByText('The search was cancelled.').waitFor();
    expect(await view.violations()).toEqual([]);
    engine.searchStepMs = 0;
    await at('empty').getByRole('button', { name: 'Search again' }).click();
    await at('search-table').getByTestId('token-chip').first().waitFor();
  });

  test('sorts by score, rank and z, either way, and keeps to kinds of rows', async () => {
    const { at, view } = await open({ location: { page: 'search', token: ' she' } });
    const first = at('search-table').getByTestId('row').first();
    const heading = (name: string): ReturnType<typeof first.getAttribute> =>
      at('search-table').getByRole('columnheader', { name }).getAttribute('aria-sort');
    await first.getByTestId('token-chip').first().waitFor();
    expect(await heading('Score')).toBe('descending');
    await at('sort-rank').click();
    expect(await heading('Rank')).toBe('ascending');
    await at('sort-rank').click();
    await eventually(() => first.innerText()).toMatch(/^L3\.H3\.O\[\d\]/u);
    await at('sort-z').click();
    await eventually(() => first.innerText()).toMatch(/\s3\d\.\d\s/u);
    const chosen = async (label: string | RegExp): Promise<void> => {
      await at('search-scope').click();
      await view.page.getByRole('option', { name: label }).click();
    };
    await chosen(/^that promote it: FF\.V, O$/u);
    await eventually(() => first.innerText()).toMatch(/\.(?:FF\.V|O)\[/u);
    expect(await at('footer').innerText()).toContain('384 rows searched');
    await chosen(/^that detect it: FF\.K, Q, K, V$/u);
    await eventually(() => first.innerText()).toMatch(/\.(?:FF\.K|Q|K|V)\[/u);
    await chosen(/^FF\.K$/u);
    await eventually(() => at('footer').innerText()).toContain('256 rows searched');
    const stored = await view.kept();
    const again = await open({ stored });
    await eventually(() => again.at('footer').innerText()).toContain('256 rows searched');
  });

  test('leads on to other spellings, and back', async () => {
    const { at, view } = await open({ location: { page: 'search', token: '#537' } });
    await at('spellings').getByRole('button', { name: 'Search she' }).click();
    await at('breadcrumbs').getByText('Rows for she').waitFor();
    await view.page.keyboard.press('Alt+ArrowLeft');
    await at('breadcrumbs').getByText('Rows for #537').waitFor();
  });

  test('a word that is no token gets a sentence, its pieces and what is spelled like it', async () => {
    const { at } = await open({ location: { page: 'search', token: 'sheepdog' } });
    await at('failure').getByText('is no token of synthetic').waitFor();
    await at('offers').getByRole('button', { name: 'Search ep' }).waitFor();
    await at('offers').getByRole('button', { name: 'Search dog' }).click();
    await at('search-table').getByTestId('token-chip').first().waitFor();
  });

  test('copies rows with token, options and exact texts', async () => {
    const { at, view } = await open({ location: { page: 'search', token: ' she' } });
    await view.page.evaluate(() => {
      window.addEventListener('copy', (event) => {
        document.title = event.clipboardData?.getData('text/plain') ?? '';
      });
    });
    await at('search-table').getByTestId('token-chip').first().waitFor();
    await at('search-table').locator('[tabindex="0"]').focus();
    await view.page.keyboard.press('Control+c');
    expect(await view.page.title()).toMatch(/^# synthetic; .*; token " she" #537\s+component/u);
  });
});

test('`t` on a token searches it; on a cell of several it offers them', async () => {
  const panel = await open({ location: row('L3.FF.V[3]') });
  const { at, view } = panel;
  const token = at('list-top').locator('.token-row').filter({ hasText: '␣she' }).first();
  await token.focus();
  await view.page.keyboard.press('t');
  await at('page-search').getByRole('heading', { name: 'space she' }).waitFor();
  await view.page.keyboard.press('Alt+ArrowLeft');
  await at('page-row').waitFor();
  await at('go').locator('input').fill('L0.FF.K');
  await view.page.keyboard.press('Enter');
  await eventually(() => at('row-counts').innerText()).toMatch(/stand out/u);
  await at('row-table').locator('[data-cell="0:1"]').focus();
  await view.page.keyboard.press('t');
  await view.page.getByText('Tokens here').waitFor();
  expect((await offered(panel)).length).toBeGreaterThan(2);
});

describe.each(THEME_NAMES)('in the theme %s', (theme) => {
  test.each(theme === 'dark' || theme === 'highContrast' ? [1100, 400] : [1100])(
    'box and page are accessible at %i px',
    async (width) => {
      const panel = await open({ theme, width, location: { page: 'search', token: ' she' } });
      const { at, view } = panel;
      await at('search-table').getByTestId('token-chip').first().waitFor();
      await at('spellings').waitFor();
      expect(await view.violations()).toEqual([]);
      await view.page.screenshot({ path: `.tmp/screenshots/search-${theme}-${width}.png` });
      await type(panel, 'she');
      await offered(panel);
      await view.page.keyboard.press('ArrowDown');
      expect(await view.violations()).toEqual([]);
      await view.page.screenshot({ path: `.tmp/screenshots/find-${theme}-${width}.png` });
      expect(
        await view.page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth),
      ).toBe(true);
      expect(view.complaints).toEqual([]);
    },
  );
});
