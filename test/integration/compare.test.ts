import assert from 'node:assert/strict';
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import type { Host } from '../../src/host/host';
import { writeSyntheticAdapter } from '../support/syntheticAdapter';
import { acceptAll, closeAll, inWorkspace, theHost, until } from './support/extension';

const D_MODEL = 128;
const FLOAT16_BYTES = 2;
const FLOAT16_SIGN = 0x8000;
const MODULE = 'transformer.h.5.mlp.c_proj';
const CHANGED_ROWS = [3, 31, 500];

/** Turns the sign of the first number of some rows of a matrix of float16 in a safetensors file. */
function changeRows(file: string, tensor: string, rows: readonly number[]): void {
  const bytes = readFileSync(file);
  const headerEnd = 8 + Number(bytes.readBigUInt64LE(0));
  const header = JSON.parse(bytes.toString('utf8', 8, headerEnd)) as Record<
    string,
    { data_offsets: [number, number] }
  >;
  const begin = header[tensor]?.data_offsets[0];
  assert.ok(begin !== undefined, `${tensor} is not in ${file}`);
  for (const row of rows) {
    const at = headerEnd + begin + row * D_MODEL * FLOAT16_BYTES;
    bytes.writeUInt16LE(bytes.readUInt16LE(at) ^ FLOAT16_SIGN, at);
  }
  writeFileSync(file, bytes);
}

suite('a model and its base', () => {
  let host: Host;
  const base = inWorkspace('sample');
  const tuned = inWorkspace('tuned');
  const adapter = inWorkspace('lora');

  suiteSetup(() => {
    cpSync(base, tuned, { recursive: true });
    changeRows(path.join(tuned, 'model.safetensors'), `${MODULE}.weight`, CHANGED_ROWS);
    writeSyntheticAdapter(adapter, { modules: { [MODULE]: [2, 512, D_MODEL] } });
  });
  suiteTeardown(() => {
    for (const folder of [tuned, adapter]) rmSync(folder, { recursive: true });
  });
  setup(async () => {
    host = await theHost();
  });
  teardown(closeAll);

  async function shown(): Promise<unknown> {
    const panel = await until('a panel', () => host.panels.active);
    return until('a place', () => panel.location ?? false);
  }

  test('of two that are selected one is the base, which is asked', async () => {
    const [first, second] = [base, tuned].map((each) => vscode.Uri.file(each));
    const selected = [first, second];
    await acceptAll(vscode.commands.executeCommand('vocabscope.compareWithBase', second, selected));
    assert.deepEqual(await shown(), { page: 'diff', other: base });
    const panel = host.panels.active;
    assert.equal(panel?.model?.path, path.join(tuned, 'model.safetensors'));
    assert.match(panel.view.title, /tuned/u);
  });

  test('the rows that changed are found, and no others', async () => {
    const [model, other] = [await host.models.open(tuned), await host.models.open(base)];
    const asked = { model: model.handle, other: other.handle };
    const { tensors, tables } = await host.engine.call('diff', asked);
    assert.deepEqual([tensors.total, tensors.changed, tensors.new], [76, 1, 0]);
    const changed = tables.filter(({ changedRows }) => changedRows > 0);
    assert.deepEqual(
      changed.map(({ matrix, changedRows }) => [matrix, changedRows]),
      [['L5.FF.V', CHANGED_ROWS.length]],
    );
    const { rows, readings } = await host.engine.call('diffComponents', {
      ...{ ...asked, components: ['L5.FF.V[31]'], readings: true },
      options: { ...model.options, fold: 'none', rank: 'dot' },
    });
    const weights = { component: 'L5.FF.V[31]', start: 0, count: 1 };
    const { values } = await host.engine.call('weights', { model: other.handle, ...weights });
    // The one number w became -w; float16 is exact in float64.
    assert.equal(rows[0]?.norm, 2 * Math.abs(values[0] ?? NaN));
    const [before, after] = [readings?.[0]?.base, readings?.[0]?.tuned];
    assert.equal(before?.component, 'L5.FF.V[31]');
    assert.equal(before.norm, after?.norm);
    assert.notDeepEqual(before.top, after?.top);
  });

  test('an adapter lies over its base, which is remembered and not asked again', async () => {
    const model = await host.models.open(adapter, base);
    const basePath = path.join(base, 'model.safetensors');
    assert.equal(model.summary.adapter?.basePath, basePath);
    await host.models.close(model);
    await vscode.commands.executeCommand('vocabscope.compareWithBase', vscode.Uri.file(adapter));
    assert.deepEqual(await shown(), { page: 'diff', other: basePath });
    await until('the page’s base', () => host.models.all.length === 2);
  });
});
