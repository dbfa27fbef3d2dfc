import assert from 'node:assert/strict';
import { cpSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import type { Host } from '../../src/host/host';
import { closeAll, inWorkspace, theHost, until } from './support/extension';

suite('a training', () => {
  let host: Host;
  const run = inWorkspace('run');
  const steps = [200, 1000].map((step) => path.join(run, `checkpoint-${String(step)}`));

  setup(async () => {
    host = await theHost();
    mkdirSync(run);
    for (const step of steps) {
      cpSync(inWorkspace('sample'), step, { recursive: true });
      // As trainers leave them: the tokenizer lies in the folder above.
      renameSync(path.join(step, 'tokenizer.json'), path.join(run, 'tokenizer.json'));
    }
  });
  teardown(async () => {
    await closeAll();
    rmSync(run, { recursive: true });
  });

  test('is shown in the panel of its last step, from its folder, its steps or one of them', async () => {
    const weights = steps.map((step) => path.join(step, 'model.safetensors'));
    const [first, last] = steps.map((step) => vscode.Uri.file(step));
    for (const selected of [[vscode.Uri.file(run)], [last, first], [first]]) {
      await vscode.commands.executeCommand('vocabscope.overTraining', selected[0], selected);
      const panel = await until('a panel', () => host.panels.active);
      await until('a place', () => panel.location);
      assert.deepEqual(panel.location, { page: 'steps', steps: weights });
      assert.equal(panel.model?.path, weights.at(-1));
      assert.match(panel.view.title, /checkpoint-1000: training/u);
      assert.ok(host.models.all.every(({ summary }) => summary.tokenizer !== null));
      await closeAll();
    }
  });
});
