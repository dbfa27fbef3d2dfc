import { expect, test, vi } from 'vitest';
import { CancelledError } from '../../../src/core/errors';
import type { Progress } from '../../../src/core/errors';
import { PAGE_ROWS, PagedRows } from '../../../webview/state/pagedRows';
import type { FetchedPage, PageDepth } from '../../../webview/state/pagedRows';

interface Request {
  readonly start: number;
  readonly depth: PageDepth;
  readonly signal: AbortSignal;
  readonly report: (progress: Progress) => void;
  answer(complete?: boolean): Promise<void>;
  fail(message: string): Promise<void>;
}

const TOTAL = 20_000;

/** Rows whose requests are answered by hand. */
function byHand(
  depth: PageDepth = 'words',
  guess = TOTAL,
): { rows: PagedRows<string>; requests: Request[] } {
  const requests: Request[] = [];
  const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));
  const rows = new PagedRows<string>(
    (start, count, asked, signal, report) =>
      new Promise<FetchedPage<string>>((resolve, reject) => {
        signal.addEventListener('abort', () => {
          reject(new CancelledError());
        });
        requests.push({
          ...{ start, depth: asked, signal, report },
          answer: (complete = false) => {
            const length = Math.max(0, Math.min(count, TOTAL - start));
            const page = Array.from({ length }, (_, at) => `${start + at} ${asked}`);
            resolve({ rows: page, total: TOTAL, complete });
            return settled();
          },
          fail: (message) => {
            reject(new Error(message));
            return settled();
          },
        });
      }),
    guess,
    depth,
  );
  return { rows, requests };
}

test('rows come by pages, those in the middle of the view first, two at a time', async () => {
  const { rows, requests } = byHand();
  rows.show(PAGE_ROWS, 4 * PAGE_ROWS);
  expect(requests.map(({ start }) => start)).toEqual([2 * PAGE_ROWS, PAGE_ROWS]);
  await requests[0]?.answer();
  expect(rows.row(2 * PAGE_ROWS + 1)).toBe(`${2 * PAGE_ROWS + 1} words`);
  expect(rows.row(0)).toBeUndefined();
  expect(requests).toHaveLength(3);
});

test('what scrolled out of sight is cancelled, its answer dropped', async () => {
  const { rows, requests } = byHand();
  rows.show(0, 20);
  rows.show(900, 920);
  expect(requests[0]?.signal.aborted).toBe(true);
  await requests[1]?.answer();
  expect(rows.row(0)).toBeUndefined();
  expect(rows.row(900)).toBe('900 words');
});

test('words come first, everything once it is asked for', async () => {
  const { rows, requests } = byHand();
  rows.show(0, 20);
  await requests[0]?.answer();
  expect(requests).toHaveLength(1);
  rows.deepen();
  expect(requests[1]?.depth).toBe('full');
  expect(rows.row(3)).toBe('3 words');
  await requests[1]?.answer();
  expect(rows.row(3)).toBe('3 full');
  expect(requests).toHaveLength(2);
});

test('a complete page is not asked again', async () => {
  const { rows, requests } = byHand('full');
  rows.show(0, 20);
  await requests[0]?.answer(true);
  expect(requests).toHaveLength(1);
});

test('a failure stops asking until the reader tries again', async () => {
  const { rows, requests } = byHand();
  rows.show(0, 20);
  await requests[0]?.fail('The file is gone.');
  expect(rows.failure?.message).toBe('The file is gone.');
  rows.show(0, 25);
  expect(requests).toHaveLength(1);
  rows.retry();
  await requests[1]?.answer();
  expect(rows.failure).toBeUndefined();
  expect(rows.row(24)).toBe('24 words');
});

test('a cancel stops asking, keeps what came, and can be taken back', async () => {
  const { rows, requests } = byHand('full');
  rows.show(0, 20);
  await requests[0]?.answer();
  rows.cancel();
  expect(requests[1]?.signal.aborted).toBe(true);
  expect(rows.cancelled).toBe(true);
  expect(rows.row(3)).toBe('3 words');
  rows.show(100, 120);
  expect(requests).toHaveLength(2);
  rows.retry();
  await requests[2]?.answer();
  expect(rows.cancelled).toBe(false);
  expect(rows.failure).toBeUndefined();
});

test('the first answer corrects the guessed number of rows', async () => {
  const { rows, requests } = byHand('words', 0);
  rows.show(0, 1);
  expect(requests).toHaveLength(1);
  await requests[0]?.answer();
  expect(rows.total).toBe(TOTAL);
  expect(rows.answered).toBe(true);
});

test('listeners hear of every page until they stop', async () => {
  const { rows, requests } = byHand();
  const listener = vi.fn();
  const stop = rows.onDidChange(listener);
  rows.show(0, 20);
  await requests[0]?.answer();
  expect(listener).toHaveBeenCalled();
  stop();
  const { length } = listener.mock.calls;
  rows.show(500, 520);
  await requests[1]?.answer();
  expect(listener).toHaveBeenCalledTimes(length);
});

test('what was left longest ago is forgotten, however far one scrolls', async () => {
  const { rows, requests } = byHand();
  for (let page = 0; page < TOTAL / PAGE_ROWS; page += 1) {
    rows.show(page * PAGE_ROWS, page * PAGE_ROWS + 1);
    await requests.at(-1)?.answer();
  }
  expect(rows.loadedRows().length).toBeLessThan(13_000);
  expect(rows.row(0)).toBeUndefined();
  expect(rows.row(TOTAL - 1)).toBe(`${TOTAL - 1} words`);
});

test('nothing is asked after the end', () => {
  const { rows, requests } = byHand();
  rows.show(0, 20);
  rows.dispose();
  expect(requests[0]?.signal.aborted).toBe(true);
  rows.show(100, 200);
  expect(requests).toHaveLength(1);
});

test('rows say how far they are until they come or are stopped', async () => {
  const { rows, requests } = byHand();
  rows.show(0, 10);
  const progress = { done: 1, total: 4, unit: 'tables' };
  requests[0]?.report(progress);
  expect(rows.progress).toEqual(progress);
  rows.cancel();
  requests[0]?.report({ ...progress, done: 2 });
  expect(rows.progress).toEqual(progress);
  rows.retry();
  expect(rows.progress).toBeNull();
  requests.at(-1)?.report(progress);
  await requests.at(-1)?.answer();
  expect(rows.progress).toBeNull();
});
