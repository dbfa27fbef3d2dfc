import * as vscode from 'vscode';
import { formatRowId } from '../../core/model/componentId';
import type { OpenModel } from '../models/openModel';
import {
  groupLabel,
  modelDescription,
  NO_WORDS,
  rowDescription,
  rowLabel,
  rowSpoken,
  rowTooltip,
  tableDescription,
  tableLabel,
  type RowWords,
} from './labels';
import { outlineOf, type OutlineEntry, type OutlineGroup, type OutlineTable } from './outline';

/** Rows that appear at once. */
export const PAGE_ROWS = 100;

const ICONS: Readonly<Record<OutlineGroup['type'], string>> = {
  embeddings: 'book',
  layer: 'layers',
  attention: 'eye',
  feedForward: 'git-merge',
  head: 'target',
};

/** A line of the tree. Lines live as long as their parent; their ids are unlike all others'. */
export abstract class TreeNode {
  constructor(
    readonly id: string,
    readonly model: OpenModel,
    readonly parent: TreeNode | undefined,
    /** The component that the line stands for, where it stands for one. */
    readonly component?: string,
  ) {}

  abstract item(): vscode.TreeItem;

  /** The same objects every time, until something changes. */
  children(): readonly TreeNode[] {
    return [];
  }

  protected newItem(label: string, state = vscode.TreeItemCollapsibleState.None): vscode.TreeItem {
    const item = new vscode.TreeItem(label, state);
    item.id = this.id;
    return item;
  }
}

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
  constructor(model: OpenModel) {
    super(model.path, model, undefined);
  }

  override item(): vscode.TreeItem {
    const { summary, isStale } = this.model;
    const item = this.newItem(summary.name, vscode.TreeItemCollapsibleState.Collapsed);
    item.description = isStale ? vscode.l10n.t('changed on disk') : modelDescription(summary);
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
    private readonly group: OutlineGroup,
    parent: TreeNode,
  ) {
    super(`${parent.model.path}#${group.id}`, parent.model, parent);
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

/** A table of rows, which appear page by page. */
export class TableNode extends TreeNode {
  readonly #rows: RowNode[] = [];
  readonly #more: MoreNode;
  #shown = PAGE_ROWS;

  constructor(
    readonly table: OutlineTable,
    parent: TreeNode,
  ) {
    super(`${parent.model.path}#${table.id}`, parent.model, parent, table.id);
    this.#more = new MoreNode(this);
  }

  /** Rows that are there. */
  get shownRows(): readonly RowNode[] {
    return this.#rows;
  }

  get hiddenRows(): number {
    return Math.max(0, this.table.rows - this.#shown);
  }

  override item(): vscode.TreeItem {
    const item = this.newItem(tableLabel(this.table), vscode.TreeItemCollapsibleState.Collapsed);
    item.description = tableDescription(this.table);
    item.iconPath = new vscode.ThemeIcon('table');
    item.contextValue = 'matrix component';
    item.command = showCommand(this);
    return item;
  }

  override children(): readonly TreeNode[] {
    const { rows, ref } = this.table;
    const { labels } = this.model.summary;
    for (let row = this.#rows.length; row < Math.min(rows, this.#shown); row++) {
      const label = ref.kind === 'C' ? labels[row] : undefined;
      this.#rows.push(new RowNode(formatRowId({ ...ref, row }, label), row, this));
    }
    return this.hiddenRows > 0 ? [...this.#rows, this.#more] : this.#rows;
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
  return entry.type === 'table' ? new TableNode(entry, parent) : new GroupNode(entry, parent);
}

function showCommand(node: TreeNode): vscode.Command {
  return {
    command: 'vocabscope.showComponent',
    title: vscode.l10n.t('Show'),
    arguments: [node],
  };
}
