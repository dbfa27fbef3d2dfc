import assert from 'node:assert/strict';
import { cpSync, renameSync, rmSync } from 'node:fs';
import * as vscode from 'vscode';
import type { EngineResult } from '../../src/protocol/engineApi';
import type { Host } from '../../src/host/host';
import { closeAll, inWorkspace, theHost, until } from './support/extension';

suite('two models side by side', () => {
  let host: Host;
  const copy = inWorkspace('copy');

  setup(async () => {
    host = await theHost();
    cpSync(inWorkspace('sample'), copy, { recursive: true });
  });
  teardown(async () => {
    await closeAll();
    rmSync(copy, { recursive: true });
  });

  async function shown(): Promise<unknown> {
    const panel = await until('a panel', () => host.panels.active);
    return until('a place', () => panel.location ?? false);
  }

  test('two that are selected in the Explorer are compared in the panel of the first', async () => {
    const [first, second] = [inWorkspace('sample'), copy].map((path) => vscode.Uri.file(path));
    await vscode.commands.executeCommand('vocabscope.align', second, [first, second]);
    assert.deepEqual(await shown(), { page: 'align', other: copy });
    const panel = host.panels.active;
    assert.equal(panel?.model?.path, inWorkspace('sample', 'model.safetensors'));
    await until('the other model', () => host.models.all.length === 2);
    assert.match(panel.view.title, /sample/u);
    await vscode.commands.executeCommand('vocabscope.findInOther', { component: 'L5.FF.V[31]' });
    await until('the row that is sought', () => panel.location?.component === 'L5.FF.V[31]');
    assert.equal(panel.location?.other, copy);
  });

  test('another file in the place of the other model is noticed by the panel, and read on request', async () => {
    const [first, second] = [inWorkspace('sample'), copy].map((path) => vscode.Uri.file(path));
    await vscode.commands.executeCommand('vocabscope.align', second, [first, second]);
    const panel = await until('a panel', () => host.panels.active);
    await until('the other model', () => host.models.all.length === 2);
    const [weights, away] = ['model.safetensors', 'model.away'].map((name) =>
      inWorkspace('copy', name),
    ) as [string, string];
    cpSync(weights, away);
    rmSync(weights);
    renameSync(away, weights);
    const stale = await until('news of the other file', () => panel.staleOthers[0]);
    assert.equal(stale.path, weights);
    const { handle } = stale;
    await vscode.commands.executeCommand('vocabscope.refresh', stale);
    assert.notEqual(stale.handle, handle);
    assert.deepEqual(panel.staleOthers, []);
  });

  test('the engine is asked for both by handles that outlive its process', async () => {
    const a = await host.models.open(inWorkspace('sample'));
    const b = await host.models.open(copy);
    const ask = (): Promise<EngineResult<'align'>> =>
      host.engine.call('align', {
        ...{ model: a.handle, other: b.handle, excludeUndertrained: false },
        ...{ groups: ['FF.V'], spaces: ['embedding'] },
      });
    const before = await ask();
    assert.equal(before.groups[0]?.spaces.embedding?.best.matched, a.summary.shape?.nLayers);
    host.engine.restart();
    assert.deepEqual(await ask(), before);
  });

  test('more than two are refused with a sentence', async () => {
    const uri = vscode.Uri.file(copy);
    await vscode.commands.executeCommand('vocabscope.align', uri, [uri, uri, uri]);
    assert.deepEqual(host.models.all, []);
  });
});
