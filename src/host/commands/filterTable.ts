import * as vscode from 'vscode';
import { showLongWork } from '../base/longWork';
import { TableNode } from '../tree/nodes';
import type { Command } from './command';

/** *Filter rows…* of a table in the tree: those whose ids or words hold a text. */
export const filterTable: Command = {
  id: 'vocabscope.filterTable',
  async run(host, argument) {
    if (!(argument instanceof TableNode)) return;
    const { id } = argument.table;
    const text = await vscode.window.showInputBox({
      title: vscode.l10n.t('Filter the rows of {0}', id),
      prompt: vscode.l10n.t(
        'A part of a word or of an id. A table that was not scanned is scanned first.',
      ),
      value: argument.filtered?.text ?? '',
    });
    if (text === undefined) return;
    await showLongWork(vscode.l10n.t('Filtering the rows of {0}', id), (work) =>
      host.tree.filter(argument, text.trim(), work),
    );
  },
};

/** *Clear filter*: every row again. */
export const clearTableFilter: Command = {
  id: 'vocabscope.clearTableFilter',
  async run(host, argument) {
    if (argument instanceof TableNode) await host.tree.filter(argument, '', {});
  },
};
