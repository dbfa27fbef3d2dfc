import path from 'node:path';
import * as vscode from 'vscode';
import type { ModelSummary } from '../../protocol/modelSummary';
import type { Host } from '../host';
import type { OpenModel } from '../models/openModel';

/** Folders of the workspace that are looked into; a model of a further one is chosen by its path. */
const MAX_LOOKED_INTO = 40;

interface Item extends vscode.QuickPickItem {
  /** The folder of its model. */
  readonly of?: string;
  readonly path: () => Promise<string | undefined>;
}

interface Kind {
  readonly label: string;
  readonly canSelectFiles: boolean;
  readonly canSelectFolders: boolean;
}

/** Where models are looked for. */
type Models = Pick<Host, 'engine' | 'workspaceModels'>;

/** What is offered beside any path of the disk. */
interface Offered {
  /** Models that come first. */
  readonly open?: readonly OpenModel[];
  /** Which models of the workspace are offered; absent: all. Each is looked into. */
  readonly fits?: (summary: ModelSummary) => boolean;
  /** A path chosen before: its model comes first. */
  readonly last?: string | undefined;
}

/**
 * Asks for a checkpoint: one of those given first, one of the workspace, or one from anywhere on the disk.
 * @returns any path of it
 */
export async function chooseCheckpoint(
  host: Models,
  placeHolder: string,
  offered: Offered = {},
): Promise<string | undefined> {
  const chosen = await vscode.window.showQuickPick(itemsOf(host, offered), {
    placeHolder,
    matchOnDescription: true,
  });
  return chosen?.path();
}

async function itemsOf(host: Models, { open = [], fits, last }: Offered): Promise<Item[]> {
  const folders = await host.workspaceModels.folders();
  const listed = new Set(open.map((model) => path.dirname(model.path)));
  const others = folders.filter((folder) => !listed.has(folder));
  const fitting = fits === undefined ? others : await fittingFolders(host, others, fits);
  const isLast = (item: Item): boolean =>
    item.of !== undefined && (last === item.of || last?.startsWith(item.of + path.sep) === true);
  const items: Item[] = [
    ...open.map((model) => ({
      label: model.summary.name,
      description: vscode.l10n.t('open, {0}', model.path),
      of: path.dirname(model.path),
      path: () => Promise.resolve(model.path),
    })),
    ...fitting.map((folder) => ({
      label: path.basename(folder),
      description: vscode.workspace.asRelativePath(folder),
      of: folder,
      path: () => Promise.resolve(folder),
    })),
  ];
  items.sort((a, b) => Number(isLast(b)) - Number(isLast(a)));
  return [
    ...items,
    {
      label: vscode.l10n.t('$(folder-opened) Open…'),
      description: vscode.l10n.t('a checkpoint outside the workspace'),
      path: browseCheckpoint,
    },
  ];
}

/** Those of some folders whose model fits: each is opened for a moment, its header read. */
async function fittingFolders(
  { engine }: Models,
  folders: readonly string[],
  fits: (summary: ModelSummary) => boolean,
): Promise<readonly string[]> {
  const found = await Promise.all(
    folders.slice(0, MAX_LOOKED_INTO).map(async (folder) => {
      try {
        const summary = await engine.call('open', { path: folder });
        await engine.call('close', { model: summary.model });
        return fits(summary);
      } catch {
        // What does not open is not offered.
        return false;
      }
    }),
  );
  return folders.filter((_, at) => found[at] === true);
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
