import os from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import type { Host } from '../host';
import { cacheFolder, listCachedModels } from '../models/huggingFaceCache';
import type { Command } from './command';
import { openPath } from './openPath';

interface Item extends vscode.QuickPickItem {
  /** What opens; a separator has none. */
  readonly path?: string;
}

/** *Open recent*: what was open before, and what lies in the local Hugging Face cache. */
export const openRecent: Command = {
  id: 'vocabscope.openRecent',
  async run(host) {
    const chosen = await vscode.window.showQuickPick(listModels(host), {
      placeHolder: vscode.l10n.t('Choose a model'),
      matchOnDescription: true,
    });
    if (chosen?.path === undefined) return;
    try {
      await openPath(host, chosen.path);
    } catch (error) {
      await host.memory.removeRecent(chosen.path);
      throw error;
    }
  },
};

async function listModels(host: Host): Promise<Item[]> {
  const recent = host.memory.recent();
  const cache = cacheFolder(host.settings().huggingFaceCache, process.env, os.homedir());
  const cached = await listCachedModels(cache);
  return [
    separator(vscode.l10n.t('Recent')),
    ...recent.map(({ name, path: file }) => ({
      label: name,
      description: path.dirname(file),
      path: file,
    })),
    separator(vscode.l10n.t('Hugging Face cache')),
    ...cached.map(({ name, folder }) => ({ label: name, description: folder, path: folder })),
    ...(recent.length + cached.length === 0
      ? [
          {
            label: vscode.l10n.t('Nothing was opened yet, and {0} holds no model.', cache),
          },
        ]
      : []),
  ];
}

function separator(label: string): Item {
  return { label, kind: vscode.QuickPickItemKind.Separator };
}
