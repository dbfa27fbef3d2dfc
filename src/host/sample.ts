import * as vscode from 'vscode';

/** The sample model's folder, in the extension's. */
export const SAMPLE_PATH = ['media', 'sample'] as const;

/** Whether a file belongs to the sample, which is no model of anybody's own. */
export function isSample(extensionUri: vscode.Uri, file: vscode.Uri): boolean {
  const folder = vscode.Uri.joinPath(extensionUri, ...SAMPLE_PATH);
  return file.toString().startsWith(`${folder.toString()}/`);
}
