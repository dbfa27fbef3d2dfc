import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import v8 from 'node:v8';
import vm from 'node:vm';
import * as vscode from 'vscode';
import type { Host } from '../../src/host/host';
import { activated, closeAll, inWorkspace, until } from './support/extension';

const ROUNDS = 50;
/** Caches, compiled code and the messenger's own tables fill in the first rounds. */
const WARM_UP = 5;
const TIMEOUT_MS = 300_000;
const BYTES_PER_MB = 2 ** 20;
/** A panel that stayed would keep more: its page's state alone is 0.1 MB. */
const MAX_HOST_GROWTH_MB = 5;
/** What the engine reads again it may hold; a model or an embedding that stayed is 4 MB each time. */
const MAX_ENGINE_GROWTH_MB = 40;
const PLACE = { page: 'row', component: 'L5.FF.V[31]' };

interface Measured {
  readonly disposables: number;
  readonly processes: number;
  readonly hostMB: number;
  readonly engineMB: number;
}

v8.setFlagsFromString('--expose-gc');
const collectGarbage = vm.runInNewContext('gc') as () => void;

/** Memory of a process that is its own; 0 where the system does not say. */
function residentMB(pid: number | undefined): number {
  if (process.platform !== 'linux' || pid === undefined) return 0;
  const status = readFileSync(`/proc/${String(pid)}/status`, 'utf8');
  return Number(/^RssAnon:\s+(\d+) kB$/mu.exec(status)?.[1] ?? 0) / 1024;
}

suite('panels that come and go', () => {
  let requests = 0;
  let listening: Pick<vscode.Disposable, 'dispose'> | undefined;

  suiteTeardown(async () => {
    listening?.dispose();
    await closeAll();
  });

  /** Closes a page that is read: one whose requests outlive their cancel ends the engine, which is another test's. */
  async function openAndClose(host: Host): Promise<void> {
    const model = await host.models.open(inWorkspace('sample'));
    await host.panels.show(model, PLACE);
    await until('a page', () => host.panels.active?.location?.component === PLACE.component);
    await until('its reading', () => requests === 0);
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    await until('its end', () => host.panels.all.length === 0);
  }

  async function measure(host: Host): Promise<Measured> {
    await until('the end of all requests', () => requests === 0);
    collectGarbage();
    const { liveDisposables } = await activated();
    const resources = process.getActiveResourcesInfo();
    return {
      disposables: liveDisposables(),
      processes: resources.filter((name) => name === 'ProcessWrap').length,
      hostMB: process.memoryUsage().heapUsed / BYTES_PER_MB,
      engineMB: residentMB(host.engine.pid),
    };
  }

  test(`${String(ROUNDS)} openings and closings leave no listener, process or memory`, async function () {
    this.timeout(TIMEOUT_MS);
    const { host } = await activated();
    listening = host.engine.onDidChangeWork((work) => {
      requests = work.length;
    });
    for (let round = 0; round < WARM_UP; round++) await openAndClose(host);
    const before = await measure(host);
    for (let round = 0; round < ROUNDS; round++) await openAndClose(host);
    const after = await measure(host);
    console.log(`Before: ${JSON.stringify(before)}; after: ${JSON.stringify(after)}.`);
    assert.equal(after.disposables, before.disposables, 'listeners');
    assert.equal(after.processes, before.processes, 'processes');
    assert.ok(after.hostMB - before.hostMB < MAX_HOST_GROWTH_MB, 'memory of the extension host');
    assert.ok(after.engineMB - before.engineMB < MAX_ENGINE_GROWTH_MB, 'memory of the engine');
  });
});
