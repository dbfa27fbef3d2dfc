import assert from 'node:assert/strict';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import type { Host } from '../../src/host/host';
import type { OpenModel } from '../../src/host/models/openModel';
import type { Comparison } from '../../src/protocol/export';
import { acceptAll, closeAll, inWorkspace, theHost, until } from './support/extension';

const EXPORT_TIMEOUT_MS = 60_000;

suite('Export readings', () => {
  let host: Host;
  let model: OpenModel;
  let folder: string;

  suiteSetup(async () => {
    host = await theHost();
    model = await host.models.open(inWorkspace('sample'));
    folder = mkdtempSync(path.join(tmpdir(), 'vocabscope-export-'));
  });
  suiteTeardown(async () => {
    rmSync(folder, { recursive: true, force: true });
    await closeAll();
  });

  const asked = (name: string, ...components: string[]): object => ({
    ...{ model, components, file: path.join(folder, name) },
  });

  test('writes what it is given without asking, with the options of the model', async function () {
    this.timeout(EXPORT_TIMEOUT_MS);
    await vscode.commands.executeCommand('vocabscope.export', asked('k.jsonl', 'L5.FF.K[0:50]'));
    const lines = readFileSync(path.join(folder, 'k.jsonl'), 'utf8').trimEnd().split('\n');
    assert.equal(lines.length, 50);
    const first = JSON.parse(lines[0] ?? '') as {
      component: string;
      top: unknown[];
      omitted: { undertrained: number };
      options: { top: number; filters: Record<string, unknown> };
    };
    assert.equal(first.component, 'L5.FF.K[0]');
    assert.equal(first.options.top, model.options.k);
    assert.equal(first.options.filters['exclude_undertrained'], true);
    assert.equal(first.top.length, model.options.k);
    assert.ok(first.omitted.undertrained > 0);
  });

  test('starts over where the engine ends, and leaves nothing half-written', async function () {
    this.timeout(EXPORT_TIMEOUT_MS);
    const file = path.join(folder, 'all.csv');
    const running = vscode.commands.executeCommand(
      'vocabscope.export',
      asked('all.csv', 'L*.FF.K[*]', 'L*.FF.V[*]'),
    );
    await until('the file that is being written', () =>
      readdirSync(folder).some((name) => name.startsWith('all.csv.')),
    );
    host.engine.restart();
    await running;
    assert.ok(!readdirSync(folder).some((name) => name.endsWith('.part')));
    assert.ok(existsSync(file), 'a restarted engine goes on');
  });

  test('writes the first part of a comparison, of a model that was closed meanwhile, too', async function () {
    this.timeout(EXPORT_TIMEOUT_MS);
    const copy = inWorkspace('copy');
    cpSync(inWorkspace('sample'), copy, { recursive: true });
    try {
      const other = await host.models.open(copy);
      const { handle } = other;
      const compared = { other: handle, excludeUndertrained: true };
      const comparisons: readonly Comparison[] = [
        { what: 'alignedHeads', ...compared, kind: 'VO' },
        { what: 'alignedLayers', ...compared },
      ];
      await host.models.close(other);
      const file = path.join(folder, 'heads.json');
      await acceptAll(
        vscode.commands.executeCommand('vocabscope.export', { model, comparisons, file }),
      );
      const written = JSON.parse(readFileSync(file, 'utf8')) as {
        heads: { kind: string };
        rows: { component: string; nearest: { component: string } }[];
      };
      assert.equal(written.heads.kind, 'VO');
      assert.ok(written.rows.length > 0);
      for (const { component, nearest } of written.rows) assert.equal(nearest.component, component);
      const again = await host.models.reopened(handle);
      assert.equal(again.path, path.join(copy, 'model.safetensors'));
      assert.notEqual(again.handle, handle);
      await host.models.close(again);
    } finally {
      rmSync(copy, { recursive: true });
    }
  });

  test('answers a refusal with a message, and leaves nothing', async () => {
    await vscode.commands.executeCommand('vocabscope.export', asked('none.xls', 'L5.FF.K[0]'));
    await vscode.commands.executeCommand('vocabscope.export', asked('none.csv', 'L9.FF.K[0]'));
    assert.deepEqual(
      readdirSync(folder).filter((name) => name.startsWith('none')),
      [],
    );
  });
});
