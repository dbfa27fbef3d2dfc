import path from 'node:path';
import * as vscode from 'vscode';
import type { PanelPicture } from '../../protocol/panelApi';
import { writeWhole } from '../base/writeWhole';
import type { OpenModel } from '../models/openModel';

/** What no file system takes in a name. */
const REFUSED = /[^\p{L}\p{N}._-]+/gu;
const MAX_NAME = 100;
const TOLD_MS = 5_000;

/** Asks where, and writes a picture of a page as a PNG file. @throws VocabScopeError `unwritable` */
export async function savePicture({ name, png }: PanelPicture, model: OpenModel): Promise<void> {
  const file = `${name.replaceAll(REFUSED, '-').slice(0, MAX_NAME)}.png`;
  const uri = await vscode.window.showSaveDialog({
    defaultUri: vscode.Uri.file(path.join(path.dirname(model.path), file)),
    filters: { PNG: ['png'] },
    title: vscode.l10n.t('Save picture'),
  });
  if (uri === undefined) return;
  await writeWhole(uri, Buffer.from(png, 'base64'));
  void vscode.window.setStatusBarMessage(
    vscode.l10n.t('{0} is written.', path.basename(uri.fsPath)),
    TOLD_MS,
  );
}

/** A picture of a page, as far as it can be understood. */
export function readPicture(value: unknown): PanelPicture | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { name, png } = value as Record<string, unknown>;
  return typeof name === 'string' && typeof png === 'string' ? { name, png } : undefined;
}
