import * as vscode from 'vscode';
import type { OpenModel } from '../models/openModel';

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

/** What a click on a line does. */
export function showCommand(node: TreeNode): vscode.Command {
  return {
    command: 'vocabscope.showComponent',
    title: vscode.l10n.t('Show'),
    arguments: [node],
  };
}
