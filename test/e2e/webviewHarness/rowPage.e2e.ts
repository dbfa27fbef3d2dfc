/** The page of a row beyond its lists: partner, neighbours, token map, raw weights, copies. */
import { describe, expect, test } from 'vitest';
import { PANEL_METHODS } from '../../../src/protocol/panelApi';
import { THEME_NAMES } from './panelPage';
import type { PanelPage } from './panelPage';
import { SYNTHETIC_SUMMARY } from './syntheticEngine';
import { eventually, row, usePanel } from './usePanel';
import type { OpenPanel } from './usePanel';

const open = usePanel();

const ALL_OPEN = {
  sections: { partner: true, neighbours: true, tokenMap: true, weights: true },
};

function asked(view: PanelPage, method: string): number {
  return view.host.queries.filter((query) => query.method === method).length;
}

function openAll(component = 'L3.FF.V[3]'): Promise<OpenPanel> {
  return open({ location: row(component), stored: ALL_OPEN, height: 1600 });
}

async function focused(view: PanelPage, attribute: string): Promise<string | null> {
  return view.page.evaluate(
    (name) => document.activeElement?.getAttribute(name) ?? null,
    attribute,
  );
}

test('closed parts load nothing until they open, and stay as they were left', async () => {
  const { at, view } = await open({ location: row('L3.FF.V[3]') });
  const { page } = view;
  await at('partner').waitFor();
  await at('neighbours').waitFor();
  expect([asked(view, 'tokenMap'), asked(view, 'weights')]).toEqual([0, 0]);
  await page.getByText('Token map').click();
  await at('token-plot').waitFor();
  await page.locator('.section-neighbours summary').focus();
  await page.keyboard.press('Enter');
  await at('neighbours').waitFor({ state: 'detached' });
  expect([asked(view, 'tokenMap'), asked(view, 'weights')]).toEqual([1, 0]);

  const again = await open({ location: row('L3.FF.V[4]'), stored: await view.kept() });
  await again.at('token-plot').waitFor();
  expect(await again.at('neighbours').count()).toBe(0);
  expect(asked(again.view, 'neighbours')).toBe(0);
});

test('the partner stands with its Jaccard beside its control, and leads to its page', async () => {
  const { at, view } = await openAll();
  expect(await at('jaccard').innerText()).toMatch(
    /same neuron, Jaccard\s+0\.180\s+vs 0\.002 at random/u,
  );
  await at('jaccard').hover();
  await at('hover-card').getByText('0.010 at most, of 64 pairs').waitFor();
  await at('partner').getByRole('button', { name: 'L3.FF.K[3]' }).focus();
  await view.page.keyboard.press('Enter');
  await view.page.locator('.row-id', { hasText: 'L3.FF.K[3]' }).waitFor();
});

describe('neighbours', () => {
  test('are of the table, of the whole model when asked, each a link with its words', async () => {
    const { at, view } = await openAll();
    await at('neighbours').waitFor();
    expect(await at('neighbours').locator('li').count()).toBe(10);
    await view.page.getByText('10 nearest of 64 rows').waitFor();
    expect(await at('neighbours').getByTestId('token-chip').count()).toBeGreaterThan(10);
    await at('neighbours-model').click();
    await view.page.getByText('10 nearest of 512 rows').waitFor();
    await at('neighbours').locator('.row-link').first().focus();
    // Down goes from link to link, right to the number beside it.
    await view.page.keyboard.press('ArrowDown');
    expect(await focused(view, 'data-component')).toBe('L0.FF.V[5]');
    await view.page.keyboard.press('ArrowRight');
    await at('hover-card').getByText('How alike two rows read').waitFor();
    await view.page.keyboard.press('ArrowLeft');
    await view.page.keyboard.press('Enter');
    await view.page.locator('.row-id', { hasText: 'L0.FF.V[5]' }).waitFor();
    await view.page.getByText('10 nearest of 64 rows').waitFor();
  });

  test('show how far they are, stop when told to, and start again', async () => {
    const { at, engine, view } = await open({ location: row('L3.FF.V[3]') });
    await at('neighbours').waitFor();
    engine.neighbourStepMs = 1_000;
    await at('neighbours-model').click();
    await at('pending').getByText('1 of 2 tables').waitFor();
    await at('pending').getByText('Cancel').click();
    await at('empty').getByText('Cancelled.').waitFor();
    await eventually(() =>
      view.host.received.some(({ method }) => method === PANEL_METHODS.cancel),
    ).toBe(true);
    engine.neighbourStepMs = 0;
    await at('empty').getByText('Start again').click();
    await view.page.getByText('10 nearest of 512 rows').waitFor();
  });

  test('of a large vocabulary wait until they are asked for', async () => {
    const { shape } = SYNTHETIC_SUMMARY;
    if (shape === null) throw new Error('The synthetic model has a shape.');
    const { at, view } = await open({
      location: row('L3.FF.V[3]'),
      summary: { ...SYNTHETIC_SUMMARY, shape: { ...shape, dModel: 4096 } },
    });
    await at('partner').waitFor();
    expect(asked(view, 'neighbours')).toBe(0);
    await view.page.getByText('Find the nearest rows').click();
    await at('neighbours').waitFor();
  });
});

describe('the token map', () => {
  test('labels tokens so that no label covers another', async () => {
    const { at, view } = await openAll();
    await at('map-both').click();
    await eventually(() => view.page.locator('.plot-point').count()).toBe(40);
    const boxes = await view.page
      .locator('.plot-label:not(.plot-unlabelled)')
      .evaluateAll((labels) =>
        labels.map((label) => label.getBoundingClientRect().toJSON() as DOMRect),
      );
    expect(boxes.length).toBeGreaterThan(10);
    boxes.forEach((a, i) => {
      for (const b of boxes.slice(i + 1)) {
        const apart =
          a.right <= b.left || b.right <= a.left || a.bottom <= b.top || b.bottom <= a.top;
        expect(apart).toBe(true);
      }
    });
  });

  test('is walked, zoomed and moved by keys', async () => {
    const { at, view } = await openAll();
    const { page } = view;
    await at('token-plot').locator('[tabindex="0"]').focus();
    const place = async (): Promise<number> =>
      page
        .locator('[data-point="0"]')
        .evaluate((point) => parseFloat((point as HTMLElement).style.left));
    const other = async (): Promise<number> =>
      page
        .locator('[data-point="1"]')
        .evaluate((point) => parseFloat((point as HTMLElement).style.left));
    const apart = Math.abs((await place()) - (await other()));
    await page.keyboard.press('+');
    await eventually(async () => Math.abs((await place()) - (await other())) / apart).toBeCloseTo(
      1.4,
      3,
    );
    const before = await place();
    await page.keyboard.press('Shift+ArrowLeft');
    await eventually(place).toBeCloseTo(before + 40, 1);
    await page.keyboard.press('0');
    await eventually(async () => Math.abs((await place()) - (await other())) / apart).toBeCloseTo(
      1,
      3,
    );
    await page.keyboard.press('End');
    const last = (await page.locator('.plot-point').count()) - 1;
    await eventually(() => focused(view, 'data-point')).toBe(String(last));
    const found = new Set<string | null>();
    for (const key of ['ArrowUp', 'ArrowLeft', 'ArrowDown', 'ArrowRight']) {
      await page.keyboard.press(key);
      found.add(await focused(view, 'data-point'));
    }
    expect(found.size).toBeGreaterThan(1);
    await at('hover-card').getByText('Place in the list').waitFor();
  });

  test('is zoomed and moved by the mouse; the wheel alone scrolls the page', async () => {
    const { at, view } = await openAll();
    const { page } = view;
    const point = page.locator('[data-point="0"]');
    const left = async (): Promise<number> =>
      point.evaluate((element) => parseFloat((element as HTMLElement).style.left));
    await at('token-plot').locator('.plot-label').first().waitFor();
    const box = await at('token-plot').boundingBox();
    if (box === null) throw new Error('The plot is not drawn.');
    await page.mouse.move(box.x + 20, box.y + 20);
    const begun = await left();
    await page.mouse.wheel(0, 30);
    expect(await left()).toBe(begun);
    await at('zoom-in').click();
    const zoomed = await left();
    await page.mouse.move(box.x + 20, box.y + 20);
    await page.mouse.down();
    await page.mouse.move(box.x + 50, box.y + 20, { steps: 3 });
    await page.mouse.up();
    await eventually(left).toBeCloseTo(zoomed + 30, 1);
    await page.mouse.move(box.x + 80, box.y + 20);
    expect(await left()).toBeCloseTo(zoomed + 30, 1);
    await at('zoom-fit').click();
    await eventually(left).toBeCloseTo(begun, 1);
    await page.keyboard.down('Control');
    await page.mouse.move(box.x + 20, box.y + 20);
    await page.mouse.wheel(0, -200);
    await page.keyboard.up('Control');
    await eventually(left).not.toBeCloseTo(begun, 1);
  });

  test('has a table for a twin, by its button and by v', async () => {
    const { at, view } = await openAll();
    await at('token-map-twin').click();
    await at('token-map-table').waitFor();
    expect(await at('token-map-table').locator('tbody tr').count()).toBe(20);
    expect(await at('histogram').count()).toBe(1);
    await at('token-map-twin').click();
    await at('token-plot').waitFor();
    await view.page.keyboard.press('v');
    await at('token-map-table').waitFor();
    await at('weights-table').waitFor();
    await at('histogram-table').waitFor();
  });
});

describe('the raw weights', () => {
  test('say each one’s place and value, by keys and under the pointer', async () => {
    const { at, view } = await openAll();
    const { page } = view;
    await page.getByText('32 weights from').waitFor();
    await at('weight-strip').focus();
    await page.keyboard.press('End');
    await eventually(() => focused(view, 'aria-valuenow')).toBe('31');
    await page.keyboard.press('ArrowLeft');
    await eventually(() => focused(view, 'aria-valuetext')).toMatch(/^weight 30: −?0\.\d+$/u);
    const box = await at('weight-strip').boundingBox();
    await page.mouse.move((box?.x ?? 0) + (box?.width ?? 0) * 0.51, (box?.y ?? 0) + 10);
    await eventually(() => at('weight-value').innerText()).toMatch(/^weight 16: /u);
  });

  test('are painted: by colour, in high contrast by lengths', async () => {
    for (const theme of ['dark', 'highContrast'] as const) {
      const { at, view } = await open({ location: row('L3.FF.V[3]'), stored: ALL_OPEN, theme });
      await at('weight-strip').waitFor();
      const colours = await view.page.locator('.weight-strip canvas').evaluate((element) => {
        const canvas = element as HTMLCanvasElement;
        const { data } = canvas
          .getContext('2d')
          ?.getImageData(0, 0, canvas.width, canvas.height) ?? {
          data: new Uint8ClampedArray(),
        };
        const found = new Set<string>();
        for (let i = 0; i < data.length; i += 4) found.add(data.slice(i, i + 4).join());
        return found.size;
      });
      if (theme === 'dark') expect(colours).toBeGreaterThan(5);
      else expect(colours).toBe(2);
    }
  });

  test('have a table for a twin that sorts by value and copies them all', async () => {
    const { at, view } = await openAll();
    const { page } = view;
    await at('weights-twin').click();
    const table = at('weights-table');
    await table.getByTestId('sort-value').click();
    const values = table.locator('[data-column="value"]');
    await eventually(async () => {
      const shown = await values.allInnerTexts();
      const numbers = shown.slice(0, 5).map((text) => Number(text.replace('−', '-')));
      return numbers.every((value, i) => i === 0 || value <= (numbers[i - 1] ?? NaN));
    }).toBe(true);
    await page.evaluate(() => {
      window.addEventListener('copy', (event) => {
        document.title =
          event.clipboardData?.getData('text/plain').split('\n').length.toString() ?? '';
      });
    });
    await values.first().focus();
    await page.keyboard.press('Control+c');
    expect(await page.title()).toBe(String(32 + 3));
  });
});

test.each(THEME_NAMES)('with everything open it is accessible in the theme %s', async (theme) => {
  const { at, view } = await open({ location: row('L3.FF.V[3]'), stored: ALL_OPEN, theme });
  await at('neighbours').waitFor();
  await at('weight-strip').waitFor();
  await at('token-plot').waitFor();
  expect(await view.violations()).toEqual([]);
  await view.page.keyboard.press('v');
  await at('weights-table').waitFor();
  expect(await view.violations()).toEqual([]);
  expect(view.complaints).toEqual([]);
});

test('at 400 px nothing sticks out', async () => {
  const { at, view } = await open({ location: row('L3.FF.V[3]'), stored: ALL_OPEN, width: 400 });
  await at('weight-strip').waitFor();
  await at('neighbours').waitFor();
  expect(
    await view.page.evaluate(() => {
      const page = document.querySelector('.page-host');
      return (page?.scrollWidth ?? 1) <= (page?.clientWidth ?? 0);
    }),
  ).toBe(true);
  expect(await view.violations()).toEqual([]);
});
