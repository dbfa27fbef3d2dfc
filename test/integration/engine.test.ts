import assert from 'node:assert/strict';
import { DEFAULT_VIEW_OPTIONS } from '../../src/core/projection/options';
import type { Host } from '../../src/host/host';
import type { OpenModel } from '../../src/host/models/openModel';
import type { MatrixOverview } from '../../src/protocol/engineApi';
import type { EngineState } from '../../src/protocol/panelApi';
import { closeAll, inWorkspace, theHost } from './support/extension';

const KILLS = 20;
const SCAN_TIMEOUT_MS = 240_000;

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
    options: { signal?: AbortSignal; onProgress?: () => void } = {},
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

  test('is killed 20 times in the middle of scans, and every scan ends well', async function () {
    this.timeout(SCAN_TIMEOUT_MS);
    const states: EngineState[] = [];
    const listening = host.engine.onDidChangeState((state) => states.push(state));
    let kills = 0;
    for (let round = 0; round < KILLS; round++) {
      await forgetScans();
      let victim: number | undefined;
      const result = await scan({
        onProgress: () => {
          if (victim !== undefined || host.engine.pid === undefined) return;
          victim = host.engine.pid;
          kills++;
          process.kill(victim, 'SIGKILL');
        },
      });
      assert.deepEqual(result, first);
      assert.notEqual(host.engine.pid, victim);
    }
    listening.dispose();
    assert.equal(kills, KILLS);
    assert.equal(states.filter((state) => state === 'restarted').length, KILLS);
    assert.ok(!states.includes('failed'));
    assert.equal(host.engine.state, 'ready');
  });

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
