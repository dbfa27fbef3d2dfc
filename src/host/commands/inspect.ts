import path from 'node:path';
import * as vscode from 'vscode';
import type { Host } from '../host';
import type { Command } from './command';
import { openPath } from './openPath';

/** *Inspect checkpoint*: on folders and files of the Explorer, on editors, in the palette. */
export const inspect: Command = {
  id: 'vocabscope.inspect',
  async run(host, clicked, selected) {
    const uris = Array.isArray(selected) && selected.length > 0 ? selected : [clicked];
    const files = uris.filter((uri) => uri instanceof vscode.Uri);
    if (files.length > 0) {
      for (const uri of files) await openPath(host, uri.fsPath);
      return;
    }
    const chosen = await chooseModel(host);
    if (chosen !== undefined) await openPath(host, chosen);
  },
};

async function chooseModel(host: Host): Promise<string | undefined> {
  const folders = await host.workspaceModels.folders();
  const found = folders.map((folder) => ({
    label: path.basename(folder),
    description: vscode.workspace.asRelativePath(folder),
    run: () => Promise.resolve(folder),
  }));
  const elsewhere = {
    label: vscode.l10n.t('$(folder-opened) Open…'),
    description: vscode.l10n.t('a checkpoint outside the workspace'),
    run: async () => {
      await vscode.commands.executeCommand('vocabscope.open');
      return undefined;
    },
  };
  const chosen = await vscode.window.showQuickPick([...found, elsewhere], {
    placeHolder: vscode.l10n.t('Choose a checkpoint to inspect'),
    matchOnDescription: true,
  });
  return chosen?.run();
}
