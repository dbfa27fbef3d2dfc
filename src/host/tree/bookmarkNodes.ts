import * as vscode from 'vscode';
import { namesHeads } from '../../core/model/headMatrixId';
import type { Bookmark } from '../../protocol/bookmarks';
import type { PairView } from '../../protocol/pairs';
import {
  NO_WORDS,
  pairDescription,
  pairTooltip,
  rowDescription,
  rowSpoken,
  rowTooltip,
  type RowWords,
} from './labels';
import { showCommand, TreeNode } from './treeNode';

/** The rows and heads of a model that somebody marked. */
export class BookmarksNode extends TreeNode {
  #of: readonly Bookmark[] = [];
  #children: readonly BookmarkNode[] = [];

  constructor(parent: TreeNode) {
    super(`${parent.model.path}#bookmarks`, parent.model, parent);
  }

  /** Lines of bookmarks that did not change stay the same. */
  override children(): readonly BookmarkNode[] {
    const { bookmarks } = this.model;
    if (this.#of !== bookmarks) {
      const known = new Map(this.#children.map((node) => [node.bookmark, node]));
      this.#of = bookmarks;
      this.#children = bookmarks.map(
        (bookmark) => known.get(bookmark) ?? new BookmarkNode(bookmark, this),
      );
    }
    return this.#children;
  }

  /** They are read otherwise now. */
  forgetWords(): void {
    for (const line of this.#children) {
      line.words = undefined;
      line.pair = undefined;
    }
  }

  override item(): vscode.TreeItem {
    const item = this.newItem(
      vscode.l10n.t('Bookmarks'),
      vscode.TreeItemCollapsibleState.Collapsed,
    );
    item.description = String(this.model.bookmarks.length);
    item.iconPath = new vscode.ThemeIcon('bookmark');
    item.contextValue = 'bookmarks';
    return item;
  }
}

/** A row or a head that somebody marked: its note, else its words or its best pair. */
export class BookmarkNode extends TreeNode {
  /** Of a row; undefined: not asked for yet. */
  words: RowWords | undefined;
  /** The best pair of a head; null where there is none, undefined: not asked for yet. */
  pair: PairView | null | undefined;

  constructor(
    readonly bookmark: Bookmark,
    parent: TreeNode,
  ) {
    const { component } = bookmark;
    super(`${parent.model.path}#bookmark ${component}`, parent.model, parent, component);
  }

  override item(): vscode.TreeItem {
    const { component, note } = this.bookmark;
    const { description, tooltip, spoken } = this.#read();
    const item = this.newItem(component);
    item.description = note === '' ? description : note;
    item.tooltip = [note, tooltip].filter((line) => line !== '').join('\n\n');
    item.accessibilityInformation = {
      label: [spoken, note].filter((part) => part !== '').join(', '),
    };
    item.iconPath = new vscode.ThemeIcon('star-full');
    item.contextValue = `bookmark ${this.isHead ? 'head' : 'row'} component`;
    item.command = showCommand(this);
    return item;
  }

  get isHead(): boolean {
    return namesHeads(this.bookmark.component);
  }

  /** What is known of it, in three forms. */
  #read(): Readonly<Record<'description' | 'tooltip' | 'spoken', string>> {
    const { component } = this.bookmark;
    if (!this.isHead) {
      const words = this.words ?? NO_WORDS;
      return {
        description: rowDescription(words),
        tooltip: rowTooltip(component, words),
        spoken: rowSpoken(component, words),
      };
    }
    const { pair } = this;
    if (pair === null || pair === undefined) {
      return { description: '', tooltip: component, spoken: component };
    }
    const said = pairTooltip(component, pair);
    return { description: pairDescription(pair), tooltip: said, spoken: said };
  }
}
