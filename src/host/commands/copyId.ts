import * as vscode from 'vscode';
import type { Command } from './command';
import { targetOf } from './target';

/** *Copy component id*: of a line of the tree or of what the panel shows. */
export const copyId: Command = {
  id: 'vocabscope.copyId',
  async run(host, argument) {
    const target = await targetOf(host, argument);
    if (target?.component === undefined) return;
    await vscode.env.clipboard.writeText(target.component);
  },
};
