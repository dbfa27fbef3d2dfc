import { existsSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { CancelledError } from '../../../src/core/errors';
import { forkEngine, type EngineProcess } from '../../../src/host/engine/engineProcess';
import { EngineSupervisor, type SupervisorOptions } from '../../../src/host/engine/supervisor';
import type { ProgressReport } from '../../../src/protocol/engineApi';
import type { EngineState } from '../../../src/protocol/panelApi';
import { buildFakeEngine } from './fixtures/fakeEngineProcess';

const SCAN_OPTIONS = {
  space: 'auto',
  fold: 'none',
  rank: 'dot',
  withoutCommon: false,
  filters: {
    ascii: false,
    alphanumeric: false,
    wordStart: false,
    excludeSpecial: false,
    excludeUndertrained: false,
  },
  k: 3,
} as const;

let folder = '';
let modulePath = '';
let supervisor: EngineSupervisor;
let processes: EngineProcess[] = [];
let states: EngineState[] = [];
let log: string[] = [];
let markers = 0;
let cacheFolder: string | null = null;

beforeAll(async () => {
  ({ folder, modulePath } = await buildFakeEngine());
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function supervise(options: Partial<SupervisorOptions> = {}): EngineSupervisor {
  const created = new EngineSupervisor({
    start: () => {
      const started = forkEngine(modulePath, (line) => log.push(line));
      processes.push(started);
      return started;
    },
    settings: () => ({ cacheFolder, cacheLimitBytes: 0, memoryBudgetBytes: 0, threads: 0 }),
    log: (line) => log.push(line),
    restartDelaysMs: [0, 0, 0],
    ...options,
  });
  created.onDidChangeState((state) => states.push(state));
  return created;
}

beforeEach(() => {
  processes = [];
  states = [];
  log = [];
  cacheFolder = null;
  supervisor = supervise();
});

afterEach(async () => {
  supervisor.dispose();
  await Promise.all(processes.map((started) => started.ended));
});

function marker(): string {
  return path.join(folder, `marker-${String(markers++)}`);
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5));
}

async function openModel(name = '/model'): Promise<string> {
  return (await supervisor.call('open', { path: name })).model;
}

function scan(
  model: string,
  matrix: string,
  options: { signal?: AbortSignal; onProgress?: (progress: ProgressReport) => void } = {},
): Promise<number> {
  return supervisor
    .call('scan', { model, matrix, options: SCAN_OPTIONS }, options)
    .then(({ rows }) => rows);
}

describe('calls', () => {
  test('no process runs before the first call, and one serves all', async () => {
    expect(processes).toHaveLength(0);
    const [a, b] = await Promise.all([openModel('/a'), openModel('/b')]);
    expect(a).not.toBe(b);
    expect(processes).toHaveLength(1);
    expect(await scan(a, 'now')).toBe(supervisor.pid);
  });

  test('a refusal keeps its reason and sentence', async () => {
    await expect(openModel('/missing')).rejects.toMatchObject({
      name: 'EngineFailure',
      reason: 'notFound',
      message: 'There is no /missing.',
    });
  });

  test('an unexpected error is a sentence; its stack is in the log alone', async () => {
    const model = await openModel();
    const error = await scan(model, 'bug').catch((thrown: unknown) => thrown as Error);
    expect(error).toMatchObject({ reason: 'internal' });
    expect(String(error)).not.toMatch(/\n|fakeEngine/);
    await until(() => log.some((line) => line.includes('TypeError: x is not a function')));
  });

  test('progress arrives, at most ten times a second', async () => {
    const model = await openModel();
    const abort = new AbortController();
    const seen: ProgressReport[] = [];
    const begin = performance.now();
    await expect(
      scan(model, 'polite', {
        signal: abort.signal,
        onProgress: (progress) => {
          seen.push(progress);
          if (seen.length === 3) abort.abort();
        },
      }),
    ).rejects.toBeInstanceOf(CancelledError);
    expect(performance.now() - begin).toBeGreaterThan(190);
    expect(seen[0]).toEqual({ method: 'scan', done: 0, total: 1_000, unit: 'rows' });
  });

  test('opening the same model twice gives one handle that closes with its last user', async () => {
    const [a, b] = [await openModel(), await openModel()];
    expect(a).toBe(b);
    await supervisor.call('close', { model: a });
    expect(await scan(a, 'now')).toBe(supervisor.pid);
    await supervisor.call('close', { model: a });
    await expect(scan(a, 'now')).rejects.toThrow('/model is closed. Open it again.');
    expect(await supervisor.call('clearCache', {})).toEqual({ bytes: 0 });
  });

  test('what runs is told while it runs', async () => {
    const model = await openModel();
    const seen: string[] = [];
    const listening = supervisor.onDidChangeWork((work) =>
      seen.push(work.map((item) => `${item.method} ${item.model ?? ''}`).join()),
    );
    await scan(model, 'now');
    listening.dispose();
    expect(seen).toEqual([`scan ${model}`, '']);
  });
});

describe('cancelling', () => {
  test('before it is sent, a call costs no process', async () => {
    const abort = new AbortController();
    const call = supervisor.call('open', { path: '/model' }, { signal: abort.signal });
    abort.abort();
    await expect(call).rejects.toBeInstanceOf(CancelledError);
    await openModel('/other');
    expect(processes).toHaveLength(1);
  });

  test('a request that heeds its cancel leaves the process alone', async () => {
    const model = await openModel();
    const abort = new AbortController();
    const call = scan(model, 'polite', { signal: abort.signal, onProgress: () => abort.abort() });
    await expect(call).rejects.toBeInstanceOf(CancelledError);
    expect(await scan(model, 'now')).toBe(processes[0]?.pid);
    expect(processes).toHaveLength(1);
  });

  test.each(['deaf', 'block'])('a %s one ends with its process, unseen by others', async (how) => {
    const model = await openModel();
    const [otherBegan, release, began] = [marker(), marker(), marker()];
    const other = scan(model, `until|${otherBegan}|${release}`);
    await until(() => existsSync(otherBegan));
    const abort = new AbortController();
    const call = scan(model, `${how}|${began}`, { signal: abort.signal });
    await until(() => existsSync(began));
    abort.abort();
    await expect(call).rejects.toBeInstanceOf(CancelledError);
    writeFileSync(release, '');
    expect(await other).toBe(processes[1]?.pid);
  });

  test('nothing is announced after a cancel that ended the process', async () => {
    const model = await openModel();
    const began = marker();
    const abort = new AbortController();
    const call = scan(model, `deaf|${began}`, { signal: abort.signal });
    await until(() => existsSync(began));
    abort.abort();
    await expect(call).rejects.toBeInstanceOf(CancelledError);
    expect(await scan(model, 'now')).toBe(processes[1]?.pid);
    expect(states).toEqual([]);
    expect(await processes[0]?.ended).toContain('SIGKILL');
  });
});

describe('crashes', () => {
  test('the request is repeated, under the same handle, in a new process', async () => {
    const model = await openModel();
    const first = supervisor.pid;
    expect(await scan(model, `crash-once|${marker()}`)).not.toBe(first);
    expect(states).toEqual(['starting', 'restarted']);
    expect(supervisor.state).toBe('ready');
  });

  test('it is repeated once: then it is refused, and the engine serves others', async () => {
    const model = await openModel();
    await expect(scan(model, 'crash')).rejects.toMatchObject({ reason: 'engineStopped' });
    expect(processes.length).toBeGreaterThanOrEqual(2);
    expect(await scan(model, 'now')).toBe(supervisor.pid);
  });

  test('20 kills in the middle of scans', async () => {
    const model = await openModel();
    for (let round = 0; round < 20; round++) {
      const [began, release] = [marker(), marker()];
      const call = scan(model, `until|${began}|${release}`);
      await until(() => existsSync(began));
      const victim = supervisor.pid ?? 0;
      process.kill(victim, 'SIGKILL');
      writeFileSync(release, '');
      expect(await call).not.toBe(victim);
    }
    expect(processes).toHaveLength(21);
    expect(states).toEqual(Array(20).fill(['starting', 'restarted']).flat());
  });

  test('a model that crashes the engine when it is opened does not take the others along', async () => {
    const model = await openModel();
    await expect(openModel('/crash-on-sight')).rejects.toMatchObject({ reason: 'engineStopped' });
    expect(await scan(model, 'now')).toBe(supervisor.pid);
  });

  test('nor does one that crashes it when it is opened again', async () => {
    const poison = await openModel(`/crash-later${marker()}`);
    const model = await openModel();
    process.kill(supervisor.pid ?? 0, 'SIGKILL');
    await processes[0]?.ended;
    await expect(scan(poison, 'now')).rejects.toMatchObject({ reason: 'engineStopped' });
    expect(await scan(model, 'now')).toBe(supervisor.pid);
  });

  test('an engine that never starts is given up with a sentence, until somebody restarts it', async () => {
    cacheFolder = 'crash';
    await expect(openModel()).rejects.toMatchObject({ reason: 'engineFailed' });
    expect(processes).toHaveLength(4);
    expect(supervisor.state).toBe('failed');
    await expect(openModel()).rejects.toMatchObject({ reason: 'engineFailed' });
    expect(processes).toHaveLength(4);
    cacheFolder = null;
    supervisor.restart();
    expect(await scan(await openModel(), 'now')).toBe(supervisor.pid);
    expect(states).toEqual(['starting', 'failed', 'ready']);
  });

  test('an engine that hangs at its start counts as crashed', async () => {
    cacheFolder = 'hang';
    supervisor = supervise({ startTimeoutMs: 300, restartDelaysMs: [] });
    await expect(openModel()).rejects.toMatchObject({ reason: 'engineFailed' });
  });
});

test('everything settles when the supervisor ends, and no process stays', async () => {
  const model = await openModel();
  const calls = Promise.allSettled([scan(model, 'polite'), scan(model, `deaf|${marker()}`)]);
  supervisor.dispose();
  for (const call of await calls) {
    expect(call).toMatchObject({ status: 'rejected', reason: { name: 'CancelledError' } });
  }
  await expect(openModel()).rejects.toBeInstanceOf(CancelledError);
  await Promise.all(processes.map((started) => started.ended));
});

test('a restart has the new settings and keeps what is open', async () => {
  const model = await openModel();
  const first = supervisor.pid;
  supervisor.restart();
  const now = await scan(model, 'now');
  expect(now).not.toBe(first);
  expect(now).toBe(supervisor.pid);
  expect(states).toEqual([]);
});
