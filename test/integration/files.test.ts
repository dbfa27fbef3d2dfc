import assert from 'node:assert/strict';
import { cpSync, renameSync, rmSync } from 'node:fs';
import type { Host } from '../../src/host/host';
import { closeAll, inWorkspace, theHost, until } from './support/extension';

const FOLDER = 'moving';

suite('files that change while their model is open', () => {
  let host: Host;
  const weights = (): string => inWorkspace(FOLDER, 'model.safetensors');
  const away = (): string => inWorkspace(FOLDER, 'model.away');

  setup(async () => {
    host = await theHost();
    cpSync(inWorkspace('sample'), inWorkspace(FOLDER), { recursive: true });
  });
  teardown(async () => {
    await closeAll();
    rmSync(inWorkspace(FOLDER), { recursive: true, force: true });
  });

  test('a file that vanishes is noticed; reloading says so, and goes on once it is back', async () => {
    const model = await host.models.open(inWorkspace(FOLDER));
    renameSync(weights(), away());
    await until('noticing that the file is gone', () => model.fileState === 'gone');
    await assert.rejects(host.models.reload(model), /model\.safetensors.*not found/su);
    renameSync(away(), weights());
    await until('noticing that it is back', () => model.fileState === 'same');
    await host.models.reload(model);
    assert.equal(model.isStale, false);
  });

  test('another file in its place is noticed, and read on request', async () => {
    const model = await host.models.open(inWorkspace(FOLDER));
    const before = model.handle;
    cpSync(weights(), away());
    rmSync(weights());
    renameSync(away(), weights());
    await until('noticing the change', () => model.fileState === 'changed');
    await host.models.reload(model);
    assert.equal(model.isStale, false);
    assert.notEqual(model.handle, before);
  });
});
