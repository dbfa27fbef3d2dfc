import * as vscode from 'vscode';
import { chooseCheckpoint } from './chooseCheckpoint';
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
    const chosen = await chooseCheckpoint(host, vscode.l10n.t('Choose a checkpoint to inspect'));
    if (chosen !== undefined) await openPath(host, chosen);
  },
};
