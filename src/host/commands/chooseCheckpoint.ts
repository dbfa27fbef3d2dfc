import path from 'node:path';
import * as vscode from 'vscode';
import type { Host } from '../host';
import type { OpenModel } from '../models/openModel';

interface Item extends vscode.QuickPickItem {
  readonly path: () => Promise<string | undefined>;
}

interface Kind {
  readonly label: string;
  readonly canSelectFiles: boolean;
  readonly canSelectFolders: boolean;
}

/**
 * Asks for a checkpoint: one of those given first, one of the workspace, or one from anywhere on the disk.
 * @returns any path of it
 */
export async function chooseCheckpoint(
  host: Host,
  placeHolder: string,
  open: readonly OpenModel[] = [],
): Promise<string | undefined> {
  const folders = await host.workspaceModels.folders();
  const listed = new Set(open.map((model) => path.dirname(model.path)));
  const items: Item[] = [
    ...open.map((model) => ({
      label: model.summary.name,
      description: vscode.l10n.t('open, {0}', model.path),
      path: () => Promise.resolve(model.path),
    })),
    ...folders
      .filter((folder) => !listed.has(folder))
      .map((folder) => ({
        label: path.basename(folder),
        description: vscode.workspace.asRelativePath(folder),
        path: () => Promise.resolve(folder),
      })),
    {
      label: vscode.l10n.t('$(folder-opened) Open…'),
      description: vscode.l10n.t('a checkpoint outside the workspace'),
      path: browseCheckpoint,
    },
  ];
  const chosen = await vscode.window.showQuickPick(items, {
    placeHolder,
    matchOnDescription: true,
  });
  return chosen?.path();
}

/** Asks for a file or a folder anywhere on the disk. */
export async function browseCheckpoint(): Promise<string | undefined> {
  const kind = await chooseKind();
  if (kind === undefined) return undefined;
  const [uri] =
    (await vscode.window.showOpenDialog({
      canSelectFiles: kind.canSelectFiles,
      canSelectFolders: kind.canSelectFolders,
      openLabel: vscode.l10n.t('Inspect'),
      title: vscode.l10n.t('Open a checkpoint'),
    })) ?? [];
  return uri?.fsPath;
}

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
