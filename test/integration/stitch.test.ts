import assert from 'node:assert/strict';
import { cpSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import type { Host } from '../../src/host/host';
import { writeTurnedModels } from '../support/turnedModels';
import {
  acceptAll,
  closeAll,
  EXTENSION_ID,
  inWorkspace,
  theHost,
  until,
} from './support/extension';

const MODELS = { classifier: 'bert_classifier', base: 'bert' } as const;

suite('a classifier without training', () => {
  let host: Host;
  const folder = inWorkspace('stitching');
  const at = (name: string): string => path.join(folder, name);

  setup(async () => {
    host = await theHost();
    const root = vscode.extensions.getExtension(EXTENSION_ID)?.extensionPath ?? '';
    for (const name of Object.values(MODELS)) {
      cpSync(path.join(root, 'test/fixtures/families', name), at(name), { recursive: true });
    }
    writeFileSync(at('few.csv'), 'text,label\nthe film,0\n"a, b",1\nof the,0\nin,1\n');
  });
  teardown(async () => {
    await closeAll();
    rmSync(folder, { recursive: true });
  });

  test('two that are selected are stitched onto each other, the classifier first, over texts of the workspace', async () => {
    const [classifier, base] = [at(MODELS.classifier), at(MODELS.base)];
    const uris = [base, classifier].map((file) => vscode.Uri.file(file));
    await acceptAll(vscode.commands.executeCommand('vocabscope.stitch', uris[0], uris));
    const panel = await until('a panel', () => host.panels.active);
    const location = await until('a place', () => panel.location ?? false);
    const other = path.join(base, 'model.safetensors');
    const recipe = {
      ...{ file: at('few.csv'), textColumn: 'text', labelColumn: 'label' },
      maxTexts: 500,
    };
    assert.deepEqual(location, { page: 'stitch', other, recipe });
    assert.equal(panel.model?.summary.name, MODELS.classifier);
    assert.match(panel.view.title, /bert_classifier: stitching/u);
    const remembered = { classifier: panel.model.path, base: other, recipe };
    assert.deepEqual(host.memory.stitchChoice(), remembered);
    // Either is asked by a handle that outlives the engine's process.
    const [a, b] = await Promise.all([host.models.open(classifier), host.models.open(base)]);
    const measure = (): Promise<{ readonly texts: number; readonly curve: readonly unknown[] }> =>
      host.engine.call('stitch', {
        ...{ model: a.handle, base: b.handle, data: recipe, transplants: [1] },
        ...{ control: false, calibrate: false },
      });
    const before = await measure();
    assert.equal(before.texts, 4);
    assert.equal(before.curve.length, 1 + (b.summary.shape?.nLayers ?? NaN));
    host.engine.restart();
    assert.deepEqual(await measure(), before);
    const wish = {
      ...{ transplant: 1, keep: 2, withoutFinalNorm: false, excludeUndertrained: false },
      translate: false,
    };
    await vscode.commands.executeCommand('vocabscope.stitch', { panel, wish, folder });
    const written = readdirSync(at('bert_classifier-on-bert-k2-n1')).sort();
    const wanted = ['README.md', 'model.onnx', 'run.mjs', 'stitched.json', 'tokenizer.json'];
    assert.deepEqual(written, wanted);
  });

  test('a translated model is written as a checkpoint like the other, in a folder of its own', async () => {
    const { classifier, turned } = writeTurnedModels(at('pair'), {
      ...{ family: 'gpt2', layers: 2, width: 16, heads: 2, neurons: 20, seed: 5, tied: false },
      tokens: ['the', 'film', 'of', 'in', ...Array.from({ length: 40 }, (_, i) => `w${String(i)}`)],
    });
    const uris = [classifier, turned].map((file) => vscode.Uri.file(file));
    await acceptAll(vscode.commands.executeCommand('vocabscope.stitch', uris[0], uris));
    const panel = await until('a panel', () => host.panels.active);
    await until('a place', () => panel.location?.page === 'stitch');
    const wish = {
      ...{ transplant: 1, keep: 1, withoutFinalNorm: false, excludeUndertrained: false },
      translate: true,
    };
    const written: string[][] = [];
    for (const name of [
      'classifier-on-turned-k1-n1-translated',
      'classifier-on-turned-k1-n1-translated-2',
    ]) {
      await vscode.commands.executeCommand('vocabscope.stitch', { panel, wish, folder });
      written.push(readdirSync(at(name)).sort());
    }
    assert.deepEqual(written[0], written[1]);
    for (const name of ['config.json', 'model.safetensors', 'stitched.json', 'tokenizer.json']) {
      assert.ok(written[0]?.includes(name), `${name} is not among ${String(written[0])}`);
    }
    const unfinished = readdirSync(folder).filter((name) => name.includes('.part'));
    assert.deepEqual(unfinished, []);
  });
});
