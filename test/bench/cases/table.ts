import type { Browser, Page } from 'playwright-core';
import { quietContext } from '../../../src/engine/context';
import { createEngineService, type EngineService } from '../../../src/engine/service';
import { PanelPage } from '../../e2e/webviewHarness/panelPage';
import { launchBrowser } from '../../vscode/browser.mjs';
import { chromiumPath } from '../../vscode/paths.mjs';
import { ratio, type BenchCase, type BenchLine } from '../benchCase';
import { scriptDuring } from '../frames';
import { writeLlama } from '../models';
import { withScratchFolder } from '../scratch';

const LONG = 1_000_000;
const SHORT = 2_000;
const TABLE = 'L0.FF.V';
const SMALL = { dVocab: 2048, dModel: 32 };
const MEMORY_BUDGET = 2 ** 30;
/** From the first row to the last. */
const STRIDES = 120;
const SAMPLED = 20;
const SHORT_STEPS = 60;
const SHORT_STEP_PX = 240;
const MB = 1e6;
const FRAME_MS = 1000 / 60;
const GOAL = 'under 50 ms';
const WAIT_MS = 120_000;

/** A panel on a table of real rows, its engine at the other end. */
interface Opened {
  readonly browser: Browser;
  readonly page: Page;
}

/** What a reader did, and what it took. */
interface Trip {
  /** Milliseconds of script of each frame. */
  readonly scrolling: readonly number[];
  readonly sorting: readonly number[];
  /** Bytes of the page's heap, after a garbage collection: before and after the trip. */
  readonly heap: readonly [number, number];
  /** Most rows that the document held at once. */
  readonly mounted: number;
}

async function heapBytes(page: Page): Promise<number> {
  const session = await page.context().newCDPSession(page);
  await session.send('HeapProfiler.collectGarbage');
  const { usedSize } = await session.send('Runtime.getHeapUsage');
  await session.detach();
  return usedSize;
}

async function wordsInSight(page: Page): Promise<void> {
  await page.locator('[data-testid="row"] .chip').first().waitFor({ timeout: WAIT_MS });
}

/** How far the table can be scrolled, in pixels. */
function scrollRange(page: Page): Promise<number> {
  return page
    .getByTestId('row-table')
    .evaluate(({ scrollHeight, clientHeight }) => scrollHeight - clientHeight);
}

/** Waits for a row by its number, from 0. */
async function rowInSight(page: Page, row: number): Promise<void> {
  await page.locator(`[data-testid="row"][aria-rowindex="${row + 2}"]`).waitFor();
  await wordsInSight(page);
}

/**
 * To the last row and back in long strides, then row by row from there and from the first: by the wheel, since a script
 * that scrolls would have the document laid out, and count. @returns the most rows that were in the document.
 */
async function scroll(page: Page, rows: number): Promise<number> {
  const range = await scrollRange(page);
  const stride = Math.ceil(range / STRIDES);
  let mounted = 0;
  await page.getByTestId('row').nth(3).hover();
  for (const direction of [1, -1]) {
    for (let step = 0; step <= STRIDES; step += 1) {
      await page.mouse.wheel(0, direction * stride);
      if (step % SAMPLED === 0) {
        mounted = Math.max(mounted, await page.getByTestId('row').count());
      }
    }
    await rowInSight(page, direction === 1 ? rows - 1 : 0);
    for (let step = 0; step < SHORT_STEPS; step += 1) {
      await page.mouse.wheel(0, -direction * SHORT_STEP_PX);
    }
    await wordsInSight(page);
  }
  return mounted;
}

async function sortByNorm(page: Page): Promise<void> {
  await page.getByTestId('sort-norm').click();
  const header = page.getByRole('columnheader', { name: 'Norm' });
  await header.and(page.locator('[aria-sort="descending"]')).waitFor({ timeout: WAIT_MS });
  await wordsInSight(page);
}

async function trip({ browser, page }: Opened, rows: number): Promise<Trip> {
  await wordsInSight(page);
  const before = await heapBytes(page);
  let mounted = 0;
  const scrolling = await scriptDuring(browser, page, async () => {
    mounted = await scroll(page, rows);
  });
  const sorting = await scriptDuring(browser, page, () => sortByNorm(page));
  return { scrolling, sorting, heap: [before, await heapBytes(page)], mounted };
}

/** Opens a checkpoint's table in a panel and lets `work` use it. */
async function withTable<T>(
  folder: string,
  browser: Browser,
  work: (opened: Opened) => Promise<T>,
): Promise<T> {
  const service: EngineService = createEngineService({
    ...{ cacheFolder: null, cacheLimitBytes: 0, memoryBudgetBytes: MEMORY_BUDGET },
  });
  try {
    const summary = await service.open({ path: folder }, quietContext());
    const view = await PanelPage.open(browser, {
      summary,
      location: { page: 'matrix', component: TABLE },
      answer: (method, params, context) => {
        const handler = service[method] as (given: object, within: object) => Promise<unknown>;
        return handler({ ...params, model: summary.model }, context);
      },
    });
    try {
      return await work({ browser, page: view.page });
    } finally {
      await view.close();
    }
  } finally {
    await service.dispose();
  }
}

/** Makes a checkpoint with so many rows and takes the trip through it. */
function made(rows: number, browser: Browser): Promise<Trip> {
  return withScratchFolder((folder) => {
    writeLlama(folder, { ...SMALL, dFf: rows });
    return withTable(folder, browser, (opened) => trip(opened, rows));
  });
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function lines(short: Trip, long: Trip): BenchLine[] {
  const what = 'a table of a million rows';
  const longest = (frames: readonly number[]): string => {
    const late = frames.filter((script) => script > FRAME_MS).length;
    return `${Math.max(...frames).toFixed(1)} ms; ${late} of ${frames.length} over a sixtieth of a second`;
  };
  const [before, after] = long.heap;
  return [
    {
      what: `${what}, to the end and back: longest script of a frame`,
      value: longest(long.scrolling),
      goal: GOAL,
    },
    {
      what: `${what}, sorted by norm: longest script of a frame`,
      value: longest(long.sorting),
      goal: GOAL,
    },
    {
      what: `${what}, to the end and back: script of a frame, against ${SHORT} rows`,
      value: ratio(mean(short.scrolling), mean(long.scrolling)),
    },
    {
      what: `${what}: rows in the document at most`,
      value: `${long.mounted}; ${short.mounted} of ${SHORT}`,
    },
    {
      what: `${what}: the page's heap before and after`,
      value: `${(before / MB).toFixed(1)} MB, ${(after / MB).toFixed(1)} MB`,
    },
  ];
}

/**
 * The values of a layer with a million neurons in the panel, in a browser, the real engine at its other end: opened,
 * scrolled to the end and back, sorted by norm. What counts is the time that the page's thread runs scripts between two
 * frames, so that other work of the machine does not matter.
 */
export const table: BenchCase = {
  name: 'table',
  async run() {
    if (chromiumPath() === undefined) {
      return [{ what: 'a table of a million rows', value: 'no Chromium: npm run setup:vscode' }];
    }
    const browser = await launchBrowser();
    try {
      return lines(await made(SHORT, browser), await made(LONG, browser));
    } finally {
      await browser.close();
    }
  },
};
