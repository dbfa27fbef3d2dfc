import assert from 'node:assert/strict';
import * as vscode from 'vscode';

const EXTENSION_ID = 'vocabscope.vocabscope';

suite('activation', () => {
  test('the extension activates in this VS Code', async () => {
    const extension = vscode.extensions.getExtension(EXTENSION_ID);
    assert.ok(extension, `${EXTENSION_ID} is not there`);
    await extension.activate();
    assert.ok(extension.isActive);
  });

  test('the sample model lies in the workspace, on disk', async () => {
    const folder = vscode.workspace.workspaceFolders?.[0];
    assert.equal(folder?.uri.scheme, 'file');
    const sample = vscode.Uri.joinPath(folder.uri, 'sample', 'config.json');
    assert.ok((await vscode.workspace.fs.stat(sample)).size > 0);
  });
});
