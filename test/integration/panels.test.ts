import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { Host } from '../../src/host/host';
import type { OpenModel } from '../../src/host/models/openModel';
import { closeAll, inWorkspace, openEditors, theHost, until } from './support/extension';

suite('panels of one model', () => {
  let host: Host;
  let model: OpenModel;

  setup(async () => {
    host = await theHost();
    model = await host.models.open(inWorkspace('sample'));
    await host.panels.show(model, { page: 'matrix', component: 'L5.FF.V' });
    await shows('L5.FF.V');
  });
  teardown(closeAll);

  async function shows(...components: string[]): Promise<void> {
    const shown = (): string[] => host.panels.all.map(({ location }) => location?.component ?? '');
    await until(`showing ${components.join(' and ')}`, () => shown().join() === components.join());
  }

  test('a place beside opens in a panel of its own, the next one in the same', async () => {
    await host.panels.show(model, { page: 'row', component: 'L5.FF.V[31]' }, { beside: true });
    await shows('L5.FF.V', 'L5.FF.V[31]');
    const [first, second] = host.panels.all;
    assert.notEqual(first?.view.viewColumn, second?.view.viewColumn);
    first?.show(undefined, false);
    await until('the focus', () => host.panels.active === first);
    await host.panels.show(model, { page: 'row', component: 'L4.FF.K[2]' }, { beside: true });
    await shows('L5.FF.V', 'L4.FF.K[2]');
    assert.equal(openEditors().length, 2);
  });

  test('options that one chooses are those of the other', async () => {
    await host.panels.show(model, { page: 'row', component: 'L5.FF.V[31]' }, { beside: true });
    await shows('L5.FF.V', 'L5.FF.V[31]');
    model.setOptions({ ...model.options, k: 7 });
    assert.equal(model.options.k, 7);
    await host.panels.show(model, { page: 'row', component: 'L5.FF.V[32]' });
    await shows('L5.FF.V', 'L5.FF.V[32]');
  });

  test('closing the model closes both', async () => {
    await host.panels.show(model, undefined, { beside: true });
    await until('the second', () => openEditors().length === 2);
    await vscode.commands.executeCommand('vocabscope.closeModel');
    await until('closing', () => openEditors().length === 0);
    assert.deepEqual(host.panels.all, []);
  });
});
