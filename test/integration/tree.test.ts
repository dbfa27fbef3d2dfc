import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { Host } from '../../src/host/host';
import type { TableNode } from '../../src/host/tree/nodes';
import type { TreeNode } from '../../src/host/tree/treeNode';
import { closeAll, inWorkspace, theHost, until } from './support/extension';

suite('the tree of models', () => {
  let host: Host;

  suiteSetup(async () => {
    host = await theHost();
    // Which side of a row is shown depends on whether its table was scanned.
    await host.engine.call('clearCache', {});
    await vscode.commands.executeCommand('vocabscope.models.focus');
    await host.models.open(inWorkspace('sample'));
  });
  suiteTeardown(closeAll);

  function item(node: TreeNode): { label: string; description: string; tooltip: string } {
    const { label, description, tooltip } = host.tree.getTreeItem(node);
    const text = (value: unknown): string => (typeof value === 'string' ? value : '');
    return { label: text(label), description: text(description), tooltip: text(tooltip) };
  }

  /** By what it has: the class under test is another bundle's. */
  function isTable(node: TreeNode): node is TableNode {
    return 'table' in node;
  }

  /** The line with that label, below those before it. */
  function find(...labels: string[]): TreeNode {
    let children = host.tree.getChildren();
    let found: TreeNode | undefined;
    for (const label of labels) {
      found = children.find((node) => item(node).label === label);
      assert.ok(found, `${label} is not among ${children.map((node) => item(node).label).join()}`);
      children = host.tree.getChildren(found);
    }
    assert.ok(found);
    return found;
  }

  test('goes from the model over layers and heads to tables', () => {
    const labels = (node?: TreeNode): unknown[] =>
      host.tree.getChildren(node).map((child) => item(child).label);
    assert.deepEqual(labels(), ['sample']);
    assert.deepEqual(labels(find('sample')), [
      'Embeddings',
      ...[0, 1, 2, 3, 4, 5].map((layer) => `Layer ${String(layer)}`),
    ]);
    assert.deepEqual(labels(find('sample', 'Layer 5')), ['Attention heads', 'Feed-forward']);
    assert.deepEqual(labels(find('sample', 'Layer 5', 'Attention heads', 'Head 2')), [
      'Queries',
      'Keys',
      'Values',
      'Outputs',
    ]);
    assert.equal(
      item(find('sample', 'Layer 5', 'Feed-forward', 'FF values')).description,
      'L5.FF.V, 512 rows',
    );
  });

  test('shows rows in pages of 100, with their first words soon after', async () => {
    const table = find('sample', 'Layer 5', 'Feed-forward', 'FF values');
    const rows = host.tree.getChildren(table);
    assert.equal(rows.length, 101);
    const row = rows[1];
    assert.ok(row);
    assert.equal(row.component, 'L5.FF.V[1]');
    await until('words', () => item(row).description !== '');
    assert.equal(item(row).description, '␣seen  ␣of  ␣played');
    assert.match(
      item(row).tooltip,
      /^L5\.FF\.V\[1\]\nTop: ␣seen {2}␣of {2}␣played {2}ated {2}ized {2}/u,
    );
    const more = rows[100];
    assert.ok(more);
    assert.equal(item(more).label, 'Show more');
    await vscode.commands.executeCommand('vocabscope.showMoreRows', more);
    assert.equal(host.tree.getChildren(table).length, 201);
  });

  test('says of each head which pair of tokens it moves best, soon after it shows', async () => {
    const head = find('sample', 'Layer 5', 'Attention heads', 'Head 2');
    assert.equal(head.component, 'L5.H2.VO');
    await until('pairs', () => item(head).description !== '');
    assert.equal(item(head).description, 'weet → ␣their');
    assert.match(item(head).tooltip, /^L5\.H2\.VO, best pair: weet → ␣their$/u);
  });

  test('every line has an id of its own', () => {
    const ids: string[] = [];
    const visit = (node?: TreeNode): void => {
      for (const child of host.tree.getChildren(node)) {
        ids.push(child.id);
        if (child.component === undefined) visit(child);
      }
    };
    visit();
    assert.equal(new Set(ids).size, ids.length);
  });

  test('a table can be filtered by a word, the most readable rows first', async () => {
    const table = find('sample', 'Layer 5', 'Feed-forward', 'FF keys');
    assert.ok(isTable(table));
    await host.tree.filter(table, 'were', {});
    const rows = host.tree.getChildren(table);
    assert.ok(rows.some(({ component }) => component === 'L5.FF.K[317]'));
    const lines = rows.filter(({ component }) => component !== undefined);
    for (const row of lines) assert.match(item(row).tooltip, /were/u);
    assert.equal(
      item(table).description,
      `L5.FF.K, ${String(lines.length)} of 512 rows with “were”`,
    );
    await vscode.commands.executeCommand('vocabscope.clearTableFilter', table);
    assert.equal(item(table).description, 'L5.FF.K, 512 rows');
    assert.equal(host.tree.getChildren(table).length, 101);
  });

  test('copies the words of a row, of the side that it speaks for', async () => {
    const row = find('sample', 'Layer 5', 'Feed-forward', 'FF values', 'V[1]');
    await vscode.commands.executeCommand('vocabscope.copyWords', row);
    assert.match(await vscode.env.clipboard.readText(), /^" \*{4}" "hard" "gie" /u);
  });

  test('bookmarks stand first, by their notes or their words, as long as there are any', async () => {
    const [model] = host.models.all;
    assert.ok(model);
    await host.bookmarks.set(model, { component: 'L5.FF.V[1]', note: '' });
    await host.bookmarks.set(model, { component: 'L3.H1.O[5]', note: 'a note' });
    const group = host.tree.getChildren(find('sample'))[0];
    assert.ok(group);
    assert.deepEqual(item(group), { label: 'Bookmarks', description: '2', tooltip: '' });
    const [plain, noted] = host.tree.getChildren(group);
    assert.ok(plain && noted);
    await until('words', () => item(plain).description !== '');
    assert.equal(item(plain).description, '− ␣****  hard  gie');
    assert.equal(item(noted).description, 'a note');
    assert.match(item(noted).tooltip, /^a note\n\nL3\.H1\.O\[5\]\n(?:Top|Bottom): /u);
    assert.deepEqual(host.memory.bookmarks(model.path), model.bookmarks);
    await vscode.commands.executeCommand('vocabscope.showComponent', plain);
    const panel = await until('a panel', () => host.panels.active);
    await until('the row', () => panel.location?.component === 'L5.FF.V[1]');
    void vscode.commands.executeCommand('vocabscope.removeBookmark', plain);
    await until('the removal', () => model.bookmarks.length === 1);
    await host.bookmarks.remove(model, 'L3.H1.O[5]');
    assert.equal(item(host.tree.getChildren(find('sample'))[0] ?? group).label, 'Embeddings');
  });

  test('finds the line of a component, unfolding what is above it', async () => {
    const [model] = host.models.all;
    assert.ok(model);
    for (const id of ['L3.H1.O[5]', 'L2.FF.K[311]', 'E[12]', 'L0.FF.V']) {
      assert.equal(await host.tree.reveal(model, id, false), true, id);
    }
  });

  test('a click shows the page of the line', async () => {
    const row = find('sample', 'Layer 5', 'Feed-forward', 'FF values', 'V[7]');
    await vscode.commands.executeCommand('vocabscope.showComponent', row);
    const panel = await until('a panel', () => host.panels.active);
    await until('the row', () => panel.location?.component === 'L5.FF.V[7]');
  });
});
