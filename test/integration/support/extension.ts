import assert from 'node:assert/strict';
import path from 'node:path';
import * as vscode from 'vscode';
import type { ExtensionExports } from '../../../src/host/extension';
import type { Host } from '../../../src/host/host';

export const EXTENSION_ID = 'vocabscope.vocabscope';
const POLL_MS = 20;
const PATIENCE_MS = 20_000;
const ACCEPT_MS = 100;

/** The extension under test, activated. */
export async function activated(): Promise<ExtensionExports> {
  const extension = vscode.extensions.getExtension<ExtensionExports>(EXTENSION_ID);
  assert.ok(extension, `${EXTENSION_ID} is not there`);
  return extension.activate();
}

export async function theHost(): Promise<Host> {
  return (await activated()).host;
}

/** The path of a file in the workspace. */
export function inWorkspace(...segments: string[]): string {
  const folder = vscode.workspace.workspaceFolders?.[0];
  assert.ok(folder, 'no workspace is open');
  return path.join(folder.uri.fsPath, ...segments);
}

/** Waits until something holds. VS Code's own picture of its tabs lags behind. */
export async function until<T>(what: string, probe: () => T | undefined | false): Promise<T> {
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    const found = probe();
    if (found !== undefined && found !== false) return found;
    assert.ok(Date.now() < deadline, `${what} did not happen`);
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

/** The custom editors that are open, as `view type: file`. */
export function openEditors(): string[] {
  return vscode.window.tabGroups.all
    .flatMap(({ tabs }) => tabs)
    .map(({ input }) => input)
    .filter((input) => input instanceof vscode.TabInputCustom)
    .map(({ viewType, uri }) => `${viewType}: ${uri.fsPath}`);
}

/** Takes the first offer of every list that comes up until the command is over. */
export async function acceptAll(command: Thenable<unknown>): Promise<void> {
  let isOver = false;
  const over = Promise.resolve(command).finally(() => {
    isOver = true;
  });
  const timer = setInterval(() => {
    if (isOver) return;
    void vscode.commands.executeCommand('workbench.action.acceptSelectedQuickOpenItem');
  }, ACCEPT_MS);
  await over.finally(() => {
    clearInterval(timer);
  });
}

/** Closes everything that a test opened. */
export async function closeAll(): Promise<void> {
  const { models } = await theHost();
  await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  for (const model of models.all) await models.close(model);
  await until('closing all editors', () => openEditors().length === 0);
}
