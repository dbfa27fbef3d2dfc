import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { DEFAULT_SETTINGS } from '../../src/host/settings';
import { EXTENSION_ID, theHost, until } from './support/extension';

interface Manifest {
  contributes: { commands: { command: string }[]; views: Record<string, { id: string }[]> };
}

suite('what package.json declares', () => {
  test('every command is registered', async () => {
    await theHost();
    const registered = await vscode.commands.getCommands(true);
    const manifest = vscode.extensions.getExtension(EXTENSION_ID)?.packageJSON as Manifest;
    const declared = manifest.contributes.commands.map(({ command }) => command);
    assert.deepEqual(
      declared.filter((command) => !registered.includes(command)),
      [],
    );
  });

  test('settings that nobody set have the defaults of the code', async () => {
    const { settings } = await theHost();
    assert.deepEqual(settings(), DEFAULT_SETTINGS);
  });

  test('the models of the workspace are found', async () => {
    const { workspaceModels } = await theHost();
    const folders = await workspaceModels.folders();
    await until('the search', () => folders.some((folder) => folder.endsWith('sample')));
  });
});
