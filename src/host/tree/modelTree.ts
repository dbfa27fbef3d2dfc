import { setTimeout as delay } from 'node:timers/promises';
import * as vscode from 'vscode';
import { CancelledError, messageOf } from '../../core/errors';
import { parseMatrixId } from '../../core/model/componentId';
import { formatHeadMatrixId, headMatrixRef } from '../../core/model/headMatrixId';
import { Disposable } from '../base/disposable';
import type { CallOptions } from '../engine/request';
import type { EngineClient } from '../engine/supervisor';
import { isIn } from '../models/location';
import type { ModelChange, OpenModel } from '../models/openModel';
import type { OpenModels } from '../models/openModels';
import { filterRows } from './filterRows';
import { bestPairs } from './headPairs';
import { NO_WORDS, wordsOf } from './labels';
import { BookmarksNode, type BookmarkNode } from './bookmarkNodes';
import { HeadsNode, ModelNode, PAGE_ROWS, TableNode, type HeadNode, type RowNode } from './nodes';
import { TOKENS_PER_ROW } from './rowWords';
import type { TreeNode } from './treeNode';

/** A line that says the best pair of a head. */
type PairLine = HeadNode | BookmarkNode;

const TREE_VIEW = 'vocabscope.models';
/** A row further down is not shown unasked: its table is. */
const MAX_ROWS_TO_REVEAL = 1_000;
const REVEAL_ATTEMPTS = 6;
/** VS Code gathers changes of a tree for 200 ms. */
const REVEAL_PAUSE_MS = 100;

/** The native tree: what is open, down to single rows. Nothing is computed before its parent is expanded. */
export class ModelTree extends Disposable implements vscode.TreeDataProvider<TreeNode> {
  readonly #changed = this.register(new vscode.EventEmitter<TreeNode | TreeNode[] | undefined>());
  readonly #models = new Map<OpenModel, ModelNode>();
  readonly #reading = new AbortController();
  readonly #view: vscode.TreeView<TreeNode>;
  /** The line that is to be selected: what came last. */
  #wanted: TreeNode | undefined;

  constructor(
    private readonly models: OpenModels,
    private readonly engine: EngineClient,
    private readonly log: vscode.LogOutputChannel,
  ) {
    super();
    this.#view = this.register(
      vscode.window.createTreeView(TREE_VIEW, { treeDataProvider: this, showCollapseAll: true }),
    );
    this.register(models.onDidChange(() => this.#listModels()));
    this.register({ dispose: () => this.#reading.abort() });
    this.#listModels();
  }

  readonly onDidChangeTreeData = this.#changed.event;

  getTreeItem(node: TreeNode): vscode.TreeItem {
    return node.item();
  }

  getParent(node: TreeNode): TreeNode | undefined {
    return node.parent;
  }

  getChildren(node?: TreeNode): TreeNode[] {
    if (node === undefined) return [...this.#models.values()];
    const children = [...node.children()];
    if (node instanceof TableNode && node.filtered === undefined) void this.#readWords(node);
    if (node instanceof BookmarksNode) void this.#readBookmarks(node);
    if (node instanceof HeadsNode) void this.#readPairs(node.model, node.heads);
    return children;
  }

  /** Shows the next page of a table. @throws EngineFailure, CancelledError */
  async showMore(table: TableNode): Promise<void> {
    const { filtered } = table;
    if (filtered === undefined) {
      table.showMore();
      this.#changed.fire(table);
    } else {
      await this.filter(table, filtered.text, { signal: this.#reading.signal });
    }
  }

  /** Shows only rows of a table that hold a text, the most readable first; none: all of them again. */
  async filter(table: TableNode, text: string, work: CallOptions): Promise<void> {
    const { model } = table;
    const { options } = model;
    const filtered = text === '' ? undefined : await filterRows(this.engine, table, text, work);
    // Found under options that hold no more: that would be another list.
    if (model.options !== options) return;
    table.setFiltered(filtered);
    this.#changed.fire(table);
  }

  /** A table was scanned: which side its rows speak for is known now. */
  rereadWords(model: OpenModel, matrix: string): void {
    const { kind, layer } = parseMatrixId(matrix);
    for (const table of this.#models.get(model)?.madeTables() ?? []) {
      const { ref } = table.table;
      if (ref.kind !== kind || ref.layer !== layer || table.shownRows.length === 0) continue;
      if (table.filtered !== undefined) continue;
      for (const row of table.shownRows) row.words = undefined;
      this.#changed.fire(table);
    }
  }

  /** Selects the line of a component, unfolding what is above it. @returns whether there is one */
  async reveal(model: OpenModel, component: string | undefined, focus: boolean): Promise<boolean> {
    const node = this.#find(model, component, MAX_ROWS_TO_REVEAL);
    if (node === undefined) return false;
    await this.#select(node, focus);
    return true;
  }

  /** Selects the line of a component, or of its table, where the tree is seen. Asks for no more rows. */
  async follow(model: OpenModel, component: string | undefined): Promise<void> {
    if (!this.#view.visible) return;
    const node = this.#find(model, component, 0);
    if (node !== undefined) await this.#select(node, false);
  }

  /** Unfolds and selects. VS Code stops half-way, in silence, where the tree is drawn anew meanwhile: then again. */
  async #select(node: TreeNode, focus: boolean): Promise<void> {
    this.#wanted = node;
    for (let attempt = 1; attempt <= REVEAL_ATTEMPTS; attempt++) {
      await this.#view.reveal(node, { select: true, focus });
      if (this.#wanted !== node || this.#view.selection.includes(node)) return;
      await delay(attempt * REVEAL_PAUSE_MS);
    }
  }

  #listModels(): void {
    const open = new Set(this.models.all);
    for (const model of this.#models.keys()) {
      if (!open.has(model)) this.#models.delete(model);
    }
    for (const model of open) {
      if (this.#models.has(model)) continue;
      this.#models.set(model, new ModelNode(model));
      model.onDidChange((change) => this.#modelChanged(model, change));
    }
    this.#changed.fire(undefined);
    this.#countAttention();
  }

  #modelChanged(model: OpenModel, change: ModelChange): void {
    const node = this.#models.get(model);
    if (node === undefined) return;
    if (change === 'summary') node.reset();
    if (change === 'options') node.forgetWords();
    this.#changed.fire(node);
    this.#countAttention();
  }

  /** The badge counts models that somebody should look at. */
  #countAttention(): void {
    const value = this.models.all.filter(
      ({ summary, isStale }) =>
        isStale || summary.architectureProblem !== null || summary.tokenizerProblem !== null,
    ).length;
    const tooltip =
      value === 1
        ? vscode.l10n.t('1 model needs attention')
        : vscode.l10n.t('{0} models need attention', value);
    this.#view.badge = value === 0 ? undefined : { value, tooltip };
  }

  /** Fills in the words of the rows that are shown, page by page. */
  async #readWords(table: TableNode): Promise<void> {
    const { shownRows } = table;
    for (let start = 0; start < shownRows.length; start += PAGE_ROWS) {
      const page = shownRows
        .slice(start, start + PAGE_ROWS)
        .filter(({ words }) => words === undefined);
      if (page.length > 0 && !(await this.#readPage(table, page))) return;
    }
  }

  /** Fills in the words of bookmarks, of the side that each speaks for: they are few, and are judged at once. */
  async #readBookmarks(node: BookmarksNode): Promise<void> {
    const { model } = node;
    const { handle, options, summary } = model;
    const lines = node.children().filter(({ bookmark }) => isIn(bookmark.component, summary));
    void this.#readPairs(
      model,
      lines.filter(({ isHead }) => isHead),
    );
    const rowLines = lines.filter(({ words, isHead }) => words === undefined && !isHead);
    if (rowLines.length === 0) return;
    for (const line of rowLines) line.words = NO_WORDS;
    const components = rowLines.map(({ bookmark }) => bookmark.component);
    try {
      const { rows } = await this.engine.call(
        'readRows',
        { model: handle, components, options: { ...options, k: TOKENS_PER_ROW } },
        { signal: this.#reading.signal },
      );
      if (model.options !== options) return;
      rowLines.forEach((line, index) => {
        const row = rows[index];
        if (row !== undefined) line.words = wordsOf(row);
      });
      this.#changed.fire(rowLines);
    } catch (error) {
      for (const line of rowLines) line.words = undefined;
      if (!(error instanceof CancelledError)) this.log.warn(messageOf(error));
    }
  }

  /** Fills in the best pairs of lines that stand for heads. */
  async #readPairs(model: OpenModel, lines: readonly PairLine[]): Promise<void> {
    const { options } = model;
    const missing = lines.filter(({ pair }) => pair === undefined);
    if (missing.length === 0) return;
    for (const head of missing) head.pair = null;
    const components = missing.map(({ component = '' }) => component);
    try {
      const { signal } = this.#reading;
      const found = await bestPairs(this.engine, model, components, { signal });
      if (model.options !== options) return;
      for (const head of missing) head.pair = found.get(head.component ?? '') ?? null;
      this.#changed.fire(missing);
    } catch (error) {
      for (const head of missing) head.pair = undefined;
      if (!(error instanceof CancelledError)) this.log.warn(messageOf(error));
    }
  }

  async #readPage(table: TableNode, page: readonly RowNode[]): Promise<boolean> {
    const { model } = table;
    const { options } = model;
    const [first] = page;
    if (first === undefined) return true;
    // Marked at once, so that nobody reads them a second time.
    for (const row of page) row.words = NO_WORDS;
    try {
      const { rows } = await this.engine.call(
        'rowPage',
        {
          model: model.handle,
          matrix: table.table.id,
          options: { ...options, k: TOKENS_PER_ROW },
          start: first.row,
          count: page.length,
          sort: 'row',
          descending: false,
          statistics: false,
        },
        { signal: this.#reading.signal },
      );
      if (model.options !== options) return false;
      rows.forEach((row, index) => {
        const node = page[index];
        if (node !== undefined) node.words = wordsOf(row);
      });
      this.#changed.fire([...page]);
      return true;
    } catch (error) {
      for (const row of page) row.words = undefined;
      if (!(error instanceof CancelledError)) this.log.warn(messageOf(error));
      return false;
    }
  }

  /** The line of a component, or of its table where the row is not shown and lies beyond `maxRows`. */
  #find(model: OpenModel, component: string | undefined, maxRows: number): TreeNode | undefined {
    const node = this.#models.get(model);
    if (node === undefined || component === undefined) return node;
    const head = headMatrixRef(component);
    if (head !== undefined) return node.findHead(formatHeadMatrixId({ ...head, kind: 'VO' }));
    const bracket = component.indexOf('[');
    if (bracket === -1) return node.findTable(component);
    const table = node.findTable(component.slice(0, bracket));
    const index = rowIndex(component.slice(bracket + 1, -1), model.summary.labels);
    if (table === undefined || index === undefined) return table;
    if (table.filtered !== undefined) {
      return table.shownRows.find((row) => row.component === component) ?? table;
    }
    if (index >= table.shownRows.length && index < maxRows) {
      table.showMore(index);
      this.#changed.fire(table);
      table.children();
    }
    return table.shownRows[index] ?? table;
  }
}

function rowIndex(text: string, labels: readonly string[]): number | undefined {
  const label = labels.indexOf(text);
  if (label !== -1) return label;
  return /^\d+$/u.test(text) ? Number(text) : undefined;
}
