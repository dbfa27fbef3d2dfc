import { expect, test } from 'vitest';
import { CancelledError } from '../../../src/core/errors';
import type { Progress } from '../../../src/core/errors';
import type { MatrixOverview } from '../../../src/protocol/engineApi';
import { QueryError } from '../../../webview/state/hostClient';
import { ScanQueue } from '../../../webview/state/scanQueue';

interface Scan {
  readonly matrix: string;
  readonly signal: AbortSignal;
  progress(done: number): void;
  finish(): Promise<void>;
  fail(error: Error): Promise<void>;
}

const overviewOf = (matrix: string): MatrixOverview => ({
  ...{ matrix, rows: 10, standOut: 1, meanNorm: 1, meanKurtosis: 0 },
});

function byHand(): { queue: ScanQueue; scans: Scan[]; done: string[] } {
  const scans: Scan[] = [];
  const done: string[] = [];
  const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));
  const run = (
    matrix: string,
    signal: AbortSignal,
    onProgress: (progress: Progress) => void,
  ): Promise<MatrixOverview> =>
    new Promise((resolve, reject) => {
      signal.addEventListener('abort', () => {
        reject(new CancelledError());
      });
      scans.push({
        ...{ matrix, signal },
        progress: (count) => {
          onProgress({ done: count, total: 10, unit: 'rows' });
        },
        finish: () => {
          resolve(overviewOf(matrix));
          return settled();
        },
        fail: (error) => {
          reject(error);
          return settled();
        },
      });
    });
  const queue = new ScanQueue(
    run,
    () => 1000,
    ({ matrix }) => done.push(matrix),
  );
  return { queue, scans, done };
}

test('tables are scanned one after the other, each once', async () => {
  const { queue, scans, done } = byHand();
  queue.requestAll(['L0.FF.K', 'L0.FF.V', 'L0.Q']);
  queue.requestAll(['L0.FF.V']);
  expect(scans.map(({ matrix }) => matrix)).toEqual(['L0.FF.K']);
  expect(queue.running).toMatchObject({
    matrix: 'L0.FF.K',
    finished: 0,
    batch: 3,
    startedAt: 1000,
  });
  scans[0]?.progress(4);
  expect(queue.running?.progress?.done).toBe(4);
  await scans[0]?.finish();
  expect(queue.running).toMatchObject({ matrix: 'L0.FF.V', finished: 1, batch: 3, progress: null });
  await scans[1]?.finish();
  await scans[2]?.finish();
  expect(done).toEqual(['L0.FF.K', 'L0.FF.V', 'L0.Q']);
  expect(queue.running).toBeNull();
  queue.request('L0.Q');
  expect(scans).toHaveLength(3);
});

test('what the reader opens goes before the rest of a batch', async () => {
  const { queue, scans } = byHand();
  queue.requestAll(['L0.FF.K', 'L0.FF.V', 'L0.Q']);
  queue.request('L0.Q');
  await scans[0]?.finish();
  expect(queue.running?.matrix).toBe('L0.Q');
  expect(queue.status('L0.FF.V').state).toBe('queued');
});

test('cancel stops what runs and forgets what waits; it can be asked again', async () => {
  const { queue, scans, done } = byHand();
  queue.requestAll(['L0.FF.K', 'L0.FF.V']);
  queue.cancel();
  expect(scans[0]?.signal.aborted).toBe(true);
  await new Promise((resolve) => setTimeout(resolve, 0));
  expect(queue.running).toBeNull();
  expect(queue.status('L0.FF.K').state).toBe('cancelled');
  expect(queue.status('L0.FF.V').state).toBe('cancelled');
  expect(done).toEqual([]);
  queue.request('L0.FF.V');
  expect(queue.running?.matrix).toBe('L0.FF.V');
});

test('a failure says why and stops the batch', async () => {
  const { queue, scans } = byHand();
  queue.requestAll(['L0.FF.K', 'L0.FF.V']);
  await scans[0]?.fail(new QueryError({ reason: 'changedOnDisk', message: 'The file changed.' }));
  expect(queue.status('L0.FF.K')).toEqual({
    state: 'failed',
    failure: { reason: 'changedOnDisk', message: 'The file changed.' },
  });
  expect(queue.status('L0.FF.V').state).toBe('cancelled');
  expect(queue.running).toBeNull();
});

test('after a reset an old scan’s end means nothing', async () => {
  const { queue, scans, done } = byHand();
  queue.request('L0.FF.K');
  queue.reset();
  expect(scans[0]?.signal.aborted).toBe(true);
  queue.request('L0.FF.K');
  await scans[0]?.finish();
  scans[0]?.progress(9);
  expect(queue.running?.progress).toBeNull();
  expect(done).toEqual([]);
  await scans[1]?.finish();
  expect(done).toEqual(['L0.FF.K']);
});

test('tables that the engine holds are not scanned again', () => {
  const { queue, scans } = byHand();
  queue.markDone(['L0.FF.K']);
  queue.requestAll(['L0.FF.K', 'L0.FF.V']);
  expect(scans.map(({ matrix }) => matrix)).toEqual(['L0.FF.V']);
});

test('a batch goes to what is nearest to the eye, where that is when a table’s turn comes', async () => {
  const { queue, scans } = byHand();
  const layerOf = (matrix: string): number => Number(matrix.slice(1, matrix.indexOf('.')));
  let eye = 2;
  queue.lookBy(() => (matrix) => Math.abs(layerOf(matrix) - eye));
  queue.requestAll(['L0.FF.K', 'L1.FF.K', 'L2.FF.K', 'L2.FF.V', 'L3.FF.K']);
  await scans[0]?.finish();
  eye = 0;
  await scans[1]?.finish();
  queue.request('L3.FF.K');
  await scans[2]?.finish();
  await scans[3]?.finish();
  expect(scans.map(({ matrix }) => matrix)).toEqual([
    'L2.FF.K',
    'L2.FF.V',
    'L0.FF.K',
    'L3.FF.K',
    'L1.FF.K',
  ]);
  queue.lookBy(null);
});
