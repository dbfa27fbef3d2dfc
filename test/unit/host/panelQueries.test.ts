import { existsSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { DEFAULT_OPTIONS } from '../../../src/core/projection/options';
import { forkEngine } from '../../../src/host/engine/engineProcess';
import { EngineSupervisor } from '../../../src/host/engine/supervisor';
import { PanelQueries } from '../../../src/host/panel/panelQueries';
import type { EngineMethod } from '../../../src/protocol/engineApi';
import type { PanelAnswer, PanelProgress } from '../../../src/protocol/panelApi';
import { buildFakeEngine } from './fixtures/fakeEngineProcess';

let folder = '';
let modulePath = '';
let engine: EngineSupervisor;
let queries: PanelQueries;
let model = '';
let progress: PanelProgress[] = [];
let markers = 0;

beforeAll(async () => {
  ({ folder, modulePath } = await buildFakeEngine());
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

beforeEach(async () => {
  progress = [];
  engine = new EngineSupervisor({
    start: () => forkEngine(modulePath, () => undefined),
    settings: () => ({ cacheFolder: null, cacheLimitBytes: 0, memoryBudgetBytes: 0, threads: 0 }),
    log: () => undefined,
  });
  queries = new PanelQueries(engine, (sent) => progress.push(sent));
  ({ model } = await engine.call('open', { path: '/model' }));
});
afterEach(() => {
  queries.dispose();
  engine.dispose();
});

function marker(): string {
  return path.join(folder, `marker-${String(markers++)}`);
}

function ask(id: number, matrix: string): Promise<PanelAnswer> {
  return queries.answer(model, {
    id,
    method: 'scan',
    params: { matrix, options: DEFAULT_OPTIONS },
  });
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5));
}

describe('a panel asks the engine', () => {
  test('and is answered', async () => {
    expect(await ask(1, 'now')).toMatchObject({ ok: { matrix: 'now' } });
  });

  test('a refusal is an answer', async () => {
    expect(await ask(1, 'bug')).toMatchObject({ error: { reason: 'internal' } });
  });

  test.each([
    'open',
    'close',
    'findSteps',
    'classify',
    'clearCache',
    'constructor',
  ] as EngineMethod[])('but not for "%s"', async (method) => {
    const answer = await queries.answer(model, { id: 1, method, params: {} });
    expect(answer).toMatchObject({ error: { reason: 'usage' } });
  });

  test('progress names the request, and a cancel by that name is an answer too', async () => {
    const answer = ask(7, 'polite');
    await until(() => progress.length > 0);
    expect(progress[0]).toMatchObject({ id: 7, progress: { done: 0 } });
    queries.cancel(8);
    queries.cancel(7);
    expect(await answer).toEqual({ cancelled: true });
  });
});

describe('a page that goes away', () => {
  test('takes its requests along, but not its scans', async () => {
    const [began, release] = [marker(), marker()];
    const scan = ask(1, `until|${began}|${release}`);
    await until(() => existsSync(began));
    const other = queries.answer(model, { id: 2, method: 'histogram', params: {} });
    queries.forgetPage();
    expect(await other).toEqual({ cancelled: true });
    writeFileSync(release, '');
    expect(await scan).toMatchObject({ ok: { rows: engine.pid } });
  });

  test('leaves its scan to the next page, which can follow and cancel it', async () => {
    const first = ask(1, 'polite');
    await until(() => progress.length > 0);
    queries.forgetPage();
    const second = ask(5, 'polite');
    await until(() => progress.some(({ id }) => id === 5));
    const [taken] = progress.filter(({ id }) => id === 5);
    expect(taken?.progress.done).toBeGreaterThan(0);
    queries.cancel(1);
    queries.cancel(5);
    expect(await second).toEqual({ cancelled: true });
    expect(await first).toEqual({ cancelled: true });
  });

  test('and the panel ends everything', async () => {
    const answer = ask(1, 'polite');
    await until(() => progress.length > 0);
    queries.forgetPage();
    queries.dispose();
    expect(await answer).toEqual({ cancelled: true });
  });
});
