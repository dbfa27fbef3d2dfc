/** The pictures of the README. */
import fs from 'node:fs';
import path from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { CHECKPOINTS, HAS_CHECKPOINTS } from '../support/checkpoints';
import { Panel } from './support/panel';
import { takePicture } from './support/pictures';
import { addSampleModel, ROOT } from './support/profile';
import { useVSCode } from './support/useVSCode';

const COMMITTED = 'media/readme';
/** Wide enough for a table, narrow enough to be read in the width of a page. */
const SIZE = { width: 1120, height: 700 };

const OTHER = 'film-b';

const code = useVSCode({
  prepare: (workspace) => {
    addSampleModel(workspace, 'film-a');
    if (HAS_CHECKPOINTS) {
      fs.cpSync(path.join(CHECKPOINTS, OTHER), path.join(workspace, OTHER), { recursive: true });
    }
  },
});
let panel: Panel;

async function picture(name: string): Promise<void> {
  await code().page.mouse.move(0, SIZE.height - 1);
  await panel.get('hover-card').waitFor({ state: 'detached' });
  await takePicture(code(), 'readme', name);
}

beforeAll(async () => {
  await code().page.setViewportSize(SIZE);
  panel = await Panel.inspect(code(), 'film-a');
  await panel.get('readable-rows').getByTestId('row').first().waitFor();
  await code().palette('View: Toggle Primary Side Bar Visibility');
});

test('the overview, once every row of every layer is scanned', async () => {
  await expect
    .poll(() => panel.get('footer').innerText(), { timeout: 90_000 })
    .toMatch(/9,216 of 9,216 rows/u);
  await picture('overview');
});

test('a table, its rows ranked by how far they stand out', async () => {
  await panel.goTo('L5.FF.K');
  await panel
    .get('row-counts')
    .filter({ hasText: /stand out/u })
    .waitFor();
  await panel.get('row-table').locator('.sparkline').first().waitFor();
  await picture('table');
});

test('a row, judged beside its control', async () => {
  await panel.goTo('L5.FF.K[317]');
  await panel.get('histogram').waitFor();
  await expect.poll(() => panel.get('z-value').first().innerText()).toMatch(/\d/u);
  await picture('row');
});

// A second model of the same vocabulary comes with the checkpoints alone; without them the committed picture stays.
test.skipIf(!HAS_CHECKPOINTS)('two models, layer by layer in each space', async () => {
  await code().palette('VocabScope: Align with…');
  const choices = code().page.locator('.quick-input-widget');
  await choices.getByRole('option', { name: OTHER }).first().click();
  await panel
    .get('verdict')
    .filter({ hasText: /Embedding: 36 of 36/u })
    .waitFor({ timeout: 90_000 });
  await picture('align');
});

test('the README shows every picture of its folder, and no other', () => {
  const readme = fs.readFileSync(path.join(ROOT, 'README.md'), 'utf8');
  const shown = [...readme.matchAll(/!\[[^\]]{20,}\]\(media\/readme\/([^)]+)\)/gu)];
  const there = fs.readdirSync(path.join(ROOT, COMMITTED));
  expect(shown.map(([, name]) => name).toSorted()).toEqual(there.toSorted());
  expect(there.length).toBeGreaterThan(0);
});
