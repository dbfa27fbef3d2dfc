import * as vscode from 'vscode';
import { messageOf, VocabScopeError } from '../../core/errors';

/** Writes a file that appears whole or not at all. @throws VocabScopeError `unwritable` */
export async function writeWhole(file: vscode.Uri, bytes: Uint8Array): Promise<void> {
  const { fs } = vscode.workspace;
  const part = file.with({ path: `${file.path}.${String(process.pid)}.part` });
  try {
    await fs.writeFile(part, bytes);
    await fs.rename(part, file, { overwrite: true });
  } catch (error) {
    await Promise.resolve(fs.delete(part)).catch(() => undefined);
    throw new VocabScopeError(
      'unwritable',
      vscode.l10n.t(
        '{0} cannot be written: {1}. Choose another place, or see to the permissions and the space of this one.',
        file.fsPath,
        messageOf(error),
      ),
    );
  }
}
