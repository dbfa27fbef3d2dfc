import * as vscode from 'vscode';
import { SAMPLE_PATH } from '../sample';
import type { Command } from './command';
import { openPath } from './openPath';

/** *Open sample model*: the small model that comes with the extension. */
export const openSample: Command = {
  id: 'vocabscope.openSample',
  run: (host) => openPath(host, vscode.Uri.joinPath(host.extensionUri, ...SAMPLE_PATH).fsPath),
};
