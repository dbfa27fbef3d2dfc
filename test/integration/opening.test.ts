import assert from 'node:assert/strict';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import * as vscode from 'vscode';
import type { Host } from '../../src/host/host';
import { activated, closeAll, inWorkspace, openEditors, theHost, until } from './support/extension';
import { splitModel } from './support/shards';

const SHARDED = 'sharded';
const PANEL_ROUNDS = 5;

async function inspect(...segments: string[]): Promise<void> {
  await vscode.commands.executeCommand(
    'vocabscope.inspect',
    vscode.Uri.file(inWorkspace(...segments)),
  );
}

suite('opening models', () => {
  let host: Host;
  const sample = `vocabscope.checkpoint: ${inWorkspace('sample', 'model.safetensors')}`;
  const sharded = `vocabscope.checkpoint: ${inWorkspace(SHARDED, 'model.safetensors.index.json')}`;

  suiteSetup(async () => {
    host = await theHost();
    splitModel(inWorkspace('sample'), inWorkspace(SHARDED));
  });
  teardown(closeAll);
  suiteTeardown(() => rmSync(inWorkspace(SHARDED), { recursive: true, force: true }));

  for (const path of [['sample'], ['sample', 'model.safetensors'], ['sample', 'config.json']]) {
    test(`${path.join('/')} leads to the one panel of the model`, async () => {
      await inspect(...path);
      await inspect('sample');
      await until('opening', () => openEditors().includes(sample));
      assert.deepEqual(openEditors(), [sample]);
      assert.equal(host.models.all.length, 1);
    });
  }

  for (const file of [
    [],
    ['config.json'],
    ['model.safetensors.index.json'],
    ['model-00001-of-00002.safetensors'],
    ['model-00002-of-00002.safetensors'],
  ]) {
    test(`${[SHARDED, ...file].join('/')} leads to the index, which stands for the model`, async () => {
      await inspect(SHARDED, ...file);
      await until('opening', () => openEditors().includes(sharded));
      assert.deepEqual(openEditors(), [sharded]);
    });
  }

  test('a part that is opened by a double click is replaced by the model', async () => {
    const part = vscode.Uri.file(inWorkspace(SHARDED, 'model-00002-of-00002.safetensors'));
    await vscode.commands.executeCommand('vscode.open', part);
    await until('the replacement', () => openEditors().join() === sharded);
  });

  test('"Reopen with" on the index leads to the model too', async () => {
    const index = vscode.Uri.file(inWorkspace(SHARDED, 'model.safetensors.index.json'));
    await vscode.commands.executeCommand(
      'vscode.openWith',
      index,
      'vocabscope.checkpoint.optional',
    );
    await until('the replacement', () => openEditors().join() === sharded);
  });

  test('the index opens as text by itself', async () => {
    const index = vscode.Uri.file(inWorkspace(SHARDED, 'model.safetensors.index.json'));
    await vscode.commands.executeCommand('vscode.open', index);
    assert.equal(vscode.window.activeTextEditor?.document.uri.fsPath, index.fsPath);
  });

  test('the sample opens from the palette and is no recent model', async () => {
    await vscode.commands.executeCommand('vocabscope.openSample');
    const [model] = host.models.all;
    assert.equal(model?.summary.shape?.nLayers, 6);
    assert.ok(!host.memory.recent().some(({ path }) => path === model.path));
  });

  test('what somebody opened is recent, and can be closed with its panel', async () => {
    await inspect('sample');
    const [model] = host.models.all;
    assert.ok(model);
    assert.equal(host.memory.recent()[0]?.path, model.path);
    await vscode.commands.executeCommand('vocabscope.closeModel');
    await until('closing', () => openEditors().length === 0);
    assert.deepEqual(host.models.all, []);
  });

  test('a folder without a model is refused with a sentence', async () => {
    mkdirSync(inWorkspace('empty'), { recursive: true });
    writeFileSync(inWorkspace('empty', 'notes.txt'), 'nothing here');
    await assert.rejects(host.models.open(inWorkspace('empty')), ({ message }: Error) => {
      assert.match(message, /empty.*\.$/su);
      return true;
    });
    await assert.rejects(host.models.open(inWorkspace('nowhere')), /nowhere/u);
  });

  test('opening and closing leaves nothing behind', async () => {
    const { liveDisposables } = await activated();
    const before = liveDisposables();
    for (let round = 0; round < PANEL_ROUNDS; round++) {
      await inspect('sample');
      await until('opening', () => openEditors().length === 1);
      await closeAll();
    }
    await until('the end of panels', () => host.panels.all.length === 0);
    assert.equal(liveDisposables(), before);
  });
});
