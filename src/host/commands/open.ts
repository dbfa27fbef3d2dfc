import * as vscode from 'vscode';
import type { Command } from './command';
import { openPath } from './openPath';

interface Kind {
  readonly label: string;
  readonly canSelectFiles: boolean;
  readonly canSelectFolders: boolean;
}

/** *Open…*: a file or a folder anywhere on the disk. */
export const open: Command = {
  id: 'vocabscope.open',
  async run(host) {
    const kind = await chooseKind();
    if (kind === undefined) return;
    const [uri] =
      (await vscode.window.showOpenDialog({
        canSelectFiles: kind.canSelectFiles,
        canSelectFolders: kind.canSelectFolders,
        openLabel: vscode.l10n.t('Inspect'),
        title: vscode.l10n.t('Open a checkpoint'),
      })) ?? [];
    if (uri !== undefined) await openPath(host, uri.fsPath);
  },
};

/** Dialogs of Windows and Linux show either files or folders, so which of them is asked first. */
async function chooseKind(): Promise<Kind | undefined> {
  const both = { label: '', canSelectFiles: true, canSelectFolders: true };
  if (process.platform === 'darwin' || vscode.env.uiKind === vscode.UIKind.Web) return both;
  return vscode.window.showQuickPick<Kind & vscode.QuickPickItem>(
    [
      {
        label: vscode.l10n.t('Folder…'),
        description: vscode.l10n.t('with weights, configuration and tokenizer'),
        canSelectFiles: false,
        canSelectFolders: true,
      },
      {
        label: vscode.l10n.t('File…'),
        description: vscode.l10n.t('weights, or the index of their parts'),
        canSelectFiles: true,
        canSelectFolders: false,
      },
    ],
    { placeHolder: vscode.l10n.t('What is to be opened?') },
  );
}
