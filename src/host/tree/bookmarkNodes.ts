import * as vscode from 'vscode';
import type { Bookmark } from '../../protocol/bookmarks';
import { NO_WORDS, rowDescription, rowSpoken, rowTooltip, type RowWords } from './labels';
import { showCommand, TreeNode } from './treeNode';

/** The rows of a model that somebody marked. */
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
    for (const line of this.#children) line.words = undefined;
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

/** A row that somebody marked: its note, else its words. */
export class BookmarkNode extends TreeNode {
  /** undefined: not asked for yet. */
  words: RowWords | undefined;

  constructor(
    readonly bookmark: Bookmark,
    parent: TreeNode,
  ) {
    const { component } = bookmark;
    super(`${parent.model.path}#bookmark ${component}`, parent.model, parent, component);
  }

  override item(): vscode.TreeItem {
    const { component, note } = this.bookmark;
    const words = this.words ?? NO_WORDS;
    const item = this.newItem(component);
    item.description = note === '' ? rowDescription(words) : note;
    item.tooltip = [note, rowTooltip(component, words)].filter((line) => line !== '').join('\n\n');
    item.accessibilityInformation = {
      label: [rowSpoken(component, words), note].filter((part) => part !== '').join(', '),
    };
    item.iconPath = new vscode.ThemeIcon('star-full');
    item.contextValue = 'bookmark row component';
    item.command = showCommand(this);
    return item;
  }
}
