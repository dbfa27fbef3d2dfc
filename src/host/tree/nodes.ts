import * as vscode from 'vscode';
import { formatRowId } from '../../core/model/componentId';
import type { PairView } from '../../protocol/pairs';
import type { OpenModel } from '../models/openModel';
import {
  filterDescription,
  groupLabel,
  modelDescription,
  NO_WORDS,
  pairDescription,
  pairTooltip,
  rowDescription,
  rowLabel,
  rowSpoken,
  rowTooltip,
  tableDescription,
  tableLabel,
  type RowWords,
} from './labels';
import { BookmarksNode } from './bookmarkNodes';
import { outlineOf, type OutlineEntry, type OutlineGroup, type OutlineTable } from './outline';
import { showCommand, TreeNode } from './treeNode';

/** Rows that appear at once. */
export const PAGE_ROWS = 100;

const ICONS: Readonly<Record<OutlineGroup['type'], string>> = {
  embeddings: 'book',
  layer: 'layers',
  attention: 'eye',
  feedForward: 'git-merge',
  head: 'target',
};

/** A line whose lines below are made when they are first asked for. */
abstract class BranchNode extends TreeNode {
  #children: readonly TreeNode[] | undefined;

  override children(): readonly TreeNode[] {
    this.#children ??= this.makeChildren();
    return this.#children;
  }

  /** The tables below that were made so far. */
  *madeTables(): Iterable<TableNode> {
    for (const child of this.#children ?? []) {
      if (child instanceof TableNode) yield child;
      else if (child instanceof BranchNode) yield* child.madeTables();
    }
  }

  /** The heads below that were made so far. */
  *madeHeads(): Iterable<HeadNode> {
    for (const child of this.#children ?? []) {
      if (child instanceof HeadNode) yield child;
      else if (child instanceof BranchNode) yield* child.madeHeads();
    }
  }

  /** The head of that id, `L3.H7.VO`, made where it is not yet. */
  findHead(id: string): HeadNode | undefined {
    for (const child of this.children()) {
      if (child instanceof HeadNode && child.component === id) return child;
      const found =
        child instanceof BranchNode && child.mayHold(id) ? child.findHead(id) : undefined;
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** The table of that id, made where it is not yet. */
  findTable(id: string): TableNode | undefined {
    for (const child of this.children()) {
      if (child instanceof TableNode && child.component === id) return child;
      const found =
        child instanceof BranchNode && child.mayHold(id) ? child.findTable(id) : undefined;
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** Whether a table of that id can be below. */
  protected mayHold(_id: string): boolean {
    return true;
  }

  protected abstract makeChildren(): readonly TreeNode[];

  /** Everything below is another thing now. */
  protected forgetChildren(): void {
    this.#children = undefined;
  }
}

/** An open model. */
export class ModelNode extends BranchNode {
  readonly #bookmarks = new BookmarksNode(this);

  constructor(model: OpenModel) {
    super(model.path, model, undefined);
  }

  /** Bookmarks first: they are what somebody comes back for. */
  override children(): readonly TreeNode[] {
    const marked = this.model.bookmarks.length > 0 ? [this.#bookmarks] : [];
    return [...marked, ...super.children()];
  }

  override item(): vscode.TreeItem {
    const { summary, isStale, fileState } = this.model;
    const item = this.newItem(summary.name, vscode.TreeItemCollapsibleState.Collapsed);
    item.description = {
      same: modelDescription(summary),
      changed: vscode.l10n.t('changed on disk'),
      gone: vscode.l10n.t('no longer on disk'),
    }[fileState];
    item.tooltip = [summary.canonicalPath, ...summary.warnings].join('\n');
    item.accessibilityInformation = { label: `${summary.name}, ${item.description}` };
    item.iconPath = new vscode.ThemeIcon(isStale ? 'warning' : 'symbol-structure');
    item.contextValue = 'model';
    item.command = showCommand(this);
    return item;
  }

  /** The model was opened anew. */
  reset(): void {
    this.forgetChildren();
    this.#bookmarks.forgetWords();
  }

  /** Rows are read otherwise now; what a filter found is no more. */
  forgetWords(): void {
    this.#bookmarks.forgetWords();
    for (const table of this.madeTables()) {
      table.setFiltered(undefined);
      for (const row of table.shownRows) row.words = undefined;
    }
    for (const head of this.madeHeads()) head.pair = undefined;
  }

  protected override makeChildren(): readonly TreeNode[] {
    return [
      ...this.#problems(),
      ...outlineOf(this.model.summary).map((entry) => entryNode(entry, this)),
    ];
  }

  #problems(): readonly TreeNode[] {
    const { architectureProblem, tokenizerProblem } = this.model.summary;
    return [
      ...(architectureProblem === null
        ? []
        : [new ProblemNode(`${this.id}#architecture`, this, architectureProblem)]),
      ...(tokenizerProblem === null
        ? []
        : [
            new ProblemNode(`${this.id}#tokenizer`, this, tokenizerProblem, {
              command: 'vocabscope.chooseTokenizer',
              title: vscode.l10n.t('Choose Tokenizer…'),
            }),
          ]),
    ];
  }
}

/** A layer, a head, what is in them. */
class GroupNode extends BranchNode {
  constructor(
    protected readonly group: OutlineGroup,
    parent: TreeNode,
    component?: string,
  ) {
    super(`${parent.model.path}#${group.id}`, parent.model, parent, component);
  }

  override item(): vscode.TreeItem {
    const item = this.newItem(groupLabel(this.group), vscode.TreeItemCollapsibleState.Collapsed);
    item.iconPath = new vscode.ThemeIcon(ICONS[this.group.type]);
    item.contextValue = this.group.type;
    return item;
  }

  protected override mayHold(id: string): boolean {
    const { type, id: own } = this.group;
    return (type !== 'layer' && type !== 'head') || id.startsWith(`${own}.`);
  }

  protected override makeChildren(): readonly TreeNode[] {
    return this.group.children.map((entry) => entryNode(entry, this));
  }
}

/** The heads of a layer. */
export class HeadsNode extends GroupNode {
  get heads(): readonly HeadNode[] {
    return this.children().filter((child) => child instanceof HeadNode);
  }
}

/** A head: its tables, and what it moves best. */
export class HeadNode extends GroupNode {
  /** Its best pair; null where there is none, undefined until it is asked for. */
  pair: PairView | null | undefined;

  constructor(group: OutlineGroup, parent: TreeNode) {
    super(group, parent, `${group.id}.VO`);
  }

  override item(): vscode.TreeItem {
    const item = super.item();
    const { pair, component = '' } = this;
    item.contextValue = 'head component';
    item.command = showCommand(this);
    item.tooltip = component;
    if (pair !== null && pair !== undefined) {
      item.description = pairDescription(pair);
      item.tooltip = pairTooltip(component, pair);
      item.accessibilityInformation = { label: `${groupLabel(this.group)}, ${item.tooltip}` };
    }
    return item;
  }
}

/** What a filter found of a table so far, the most readable rows first. */
export interface FilteredRows {
  readonly text: string;
  readonly rows: readonly RowNode[];
  readonly total: number;
}

/** A table of rows, which appear page by page. */
export class TableNode extends TreeNode {
  readonly #rows: RowNode[] = [];
  readonly #more: MoreNode;
  #shown = PAGE_ROWS;
  #filtered: FilteredRows | undefined;

  constructor(
    readonly table: OutlineTable,
    parent: TreeNode,
  ) {
    super(`${parent.model.path}#${table.id}`, parent.model, parent, table.id);
    this.#more = new MoreNode(this);
  }

  /** Rows that are there, in their own order or as a filter found them. */
  get shownRows(): readonly RowNode[] {
    return this.#filtered?.rows ?? this.#rows;
  }

  get hiddenRows(): number {
    const filtered = this.#filtered;
    return filtered === undefined
      ? Math.max(0, this.table.rows - this.#shown)
      : filtered.total - filtered.rows.length;
  }

  get filtered(): FilteredRows | undefined {
    return this.#filtered;
  }

  /** Shows what a filter found; undefined: every row again. */
  setFiltered(filtered: FilteredRows | undefined): void {
    this.#filtered = filtered;
  }

  override item(): vscode.TreeItem {
    const item = this.newItem(tableLabel(this.table), vscode.TreeItemCollapsibleState.Collapsed);
    const filtered = this.#filtered;
    item.description =
      filtered === undefined
        ? tableDescription(this.table)
        : filterDescription(this.table, filtered.text, filtered.total);
    item.accessibilityInformation = { label: `${tableLabel(this.table)}, ${item.description}` };
    item.iconPath = new vscode.ThemeIcon(filtered === undefined ? 'table' : 'filter-filled');
    item.contextValue = filtered === undefined ? 'matrix component' : 'filtered matrix component';
    item.command = showCommand(this);
    return item;
  }

  override children(): readonly TreeNode[] {
    const rows = this.#filtered?.rows ?? this.#ownRows();
    return this.hiddenRows > 0 ? [...rows, this.#more] : rows;
  }

  #ownRows(): readonly RowNode[] {
    const { rows, ref } = this.table;
    const { labels } = this.model.summary;
    for (let row = this.#rows.length; row < Math.min(rows, this.#shown); row++) {
      const label = ref.kind === 'C' ? labels[row] : undefined;
      this.#rows.push(new RowNode(formatRowId({ ...ref, row }, label), row, this));
    }
    return this.#rows;
  }

  /** One page more, or as many as it takes to show that row. */
  showMore(row = this.#shown): void {
    this.#shown = Math.max(this.#shown, (Math.floor(row / PAGE_ROWS) + 1) * PAGE_ROWS);
  }
}

/** A row. Its words come after it was shown. */
export class RowNode extends TreeNode {
  /** undefined: not asked for yet. */
  words: RowWords | undefined;

  constructor(
    override readonly component: string,
    readonly row: number,
    parent: TableNode,
  ) {
    super(`${parent.model.path}#${component}`, parent.model, parent, component);
  }

  override item(): vscode.TreeItem {
    const words = this.words ?? NO_WORDS;
    const item = this.newItem(rowLabel(this.component));
    item.description = rowDescription(words);
    item.tooltip = rowTooltip(this.component, words);
    item.accessibilityInformation = { label: rowSpoken(this.component, words) };
    item.contextValue = 'row component';
    item.command = showCommand(this);
    return item;
  }
}

/** Stands for the rows that are not shown yet. */
export class MoreNode extends TreeNode {
  constructor(readonly of: TableNode) {
    super(`${of.id}#more`, of.model, of);
  }

  override item(): vscode.TreeItem {
    const item = this.newItem(vscode.l10n.t('Show more'));
    item.description = vscode.l10n.t(
      '{0} more rows',
      this.of.hiddenRows.toLocaleString(vscode.env.language),
    );
    item.iconPath = new vscode.ThemeIcon('ellipsis');
    item.command = {
      command: 'vocabscope.showMoreRows',
      title: vscode.l10n.t('Show more'),
      arguments: [this],
    };
    return item;
  }
}

/** Why something of a model is missing. */
class ProblemNode extends TreeNode {
  constructor(
    id: string,
    parent: TreeNode,
    private readonly sentence: string,
    private readonly remedy?: { readonly command: string; readonly title: string },
  ) {
    super(id, parent.model, parent);
  }

  override item(): vscode.TreeItem {
    const item = this.newItem(this.sentence);
    item.tooltip = this.sentence;
    item.iconPath = new vscode.ThemeIcon('warning');
    if (this.remedy !== undefined) item.command = { ...this.remedy, arguments: [this] };
    return item;
  }
}

function entryNode(entry: OutlineEntry, parent: TreeNode): TreeNode {
  switch (entry.type) {
    case 'table':
      return new TableNode(entry, parent);
    case 'attention':
      return new HeadsNode(entry, parent);
    case 'head':
      return new HeadNode(entry, parent);
    case 'embeddings':
    case 'layer':
    case 'feedForward':
      return new GroupNode(entry, parent);
  }
}
