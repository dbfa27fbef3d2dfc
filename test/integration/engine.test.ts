import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { DEFAULT_VIEW_OPTIONS } from '../../src/core/projection/options';
import type { Host } from '../../src/host/host';
import type { OpenModel } from '../../src/host/models/openModel';
import type { MatrixOverview } from '../../src/protocol/engineApi';
import type { EngineState } from '../../src/protocol/panelApi';
import { closeAll, inWorkspace, theHost } from './support/extension';

const KILLS = 20;
/** One for each kill: a table that was not scanned yet. */
const TABLES = [0, 1, 2, 3, 4].flatMap((layer) =>
  ['FF.K', 'FF.V', 'Q', 'O'].map((kind) => `L${String(layer)}.${kind}`),
);
const SCAN_TIMEOUT_MS = 240_000;
const POLL_MS = 50;

suite('the engine process', () => {
  let host: Host;
  let model: OpenModel;
  let first: MatrixOverview;

  suiteSetup(async () => {
    host = await theHost();
    model = await host.models.open(inWorkspace('sample'));
    first = await scan();
  });
  suiteTeardown(closeAll);

  function scan(
    options: { signal?: AbortSignal; onProgress?: () => void } = { onProgress: () => undefined },
  ): Promise<MatrixOverview> {
    return host.engine.call(
      'scan',
      { model: model.handle, matrix: 'L5.FF.V', options: DEFAULT_VIEW_OPTIONS },
      options,
    );
  }

  /** Without what earlier scans left: in the cache on disk, and in the memory of the process. */
  async function forgetScans(): Promise<void> {
    await host.engine.call('clearCache', {});
    host.engine.restart();
  }

  /** Ends the engine as soon as a scan has got somewhere. @returns the process that it was */
  function killWhileScanning(): Promise<number> {
    return new Promise((resolve) => {
      const listening = host.engine.onDidChangeWork((work) => {
        const { pid } = host.engine;
        if (
          pid === undefined ||
          !work.some(({ method, progress }) => method === 'scan' && progress)
        ) {
          return;
        }
        listening.dispose();
        process.kill(pid, 'SIGKILL');
        resolve(pid);
      });
    });
  }

  test('a scan whose engine is killed ends with the same numbers', async () => {
    await forgetScans();
    const killed = killWhileScanning();
    assert.deepEqual(await scan(), first);
    assert.notEqual(host.engine.pid, await killed);
  });

  test('a panel recovers from 20 kills in the middle of its scans', async function () {
    this.timeout(SCAN_TIMEOUT_MS);
    await forgetScans();
    const states: EngineState[] = [];
    const listening = host.engine.onDidChangeState((state) => states.push(state));
    assert.equal(TABLES.length, KILLS);
    for (const table of TABLES) {
      const killed = killWhileScanning();
      await host.panels.show(model, { page: 'matrix', component: table });
      const victim = await killed;
      await untilScanned(table);
      assert.notEqual(host.engine.pid, victim);
      assert.equal(host.panels.forModel(model)?.location?.component, table);
    }
    listening.dispose();
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    assert.deepEqual(states, Array(KILLS).fill(['starting', 'restarted']).flat());
    assert.equal(host.engine.state, 'ready');
  });

  /** The page that shows a table asks for its scan; what is scanned then, the engine knows. */
  async function untilScanned(table: string): Promise<void> {
    for (;;) {
      const { matrices } = await host.engine.call('overview', {
        model: model.handle,
        options: model.options,
      });
      if (matrices.some(({ matrix }) => matrix === table)) return;
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
  }

  test('stops a scan that is cancelled, and goes on with the next', async function () {
    this.timeout(SCAN_TIMEOUT_MS);
    await forgetScans();
    const abort = new AbortController();
    let running: number | undefined;
    const listening = host.engine.onDidChangeWork((work) => (running = work.length));
    await assert.rejects(scan({ signal: abort.signal, onProgress: () => abort.abort() }), {
      name: 'CancelledError',
    });
    listening.dispose();
    assert.equal(running, 0);
    assert.deepEqual(await scan(), first);
  });
});
