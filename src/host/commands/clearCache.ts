import * as vscode from 'vscode';
import type { Command } from './command';

const BYTES_PER_MB = 1024 * 1024;

/** *Clear cache*: removes the kept scans from the disk. */
export const clearCache: Command = {
  id: 'vocabscope.clearCache',
  async run(host) {
    const { bytes } = await host.engine.call('clearCache', {});
    const megabytes = (bytes / BYTES_PER_MB).toLocaleString(vscode.env.language, {
      maximumFractionDigits: 1,
    });
    await vscode.window.showInformationMessage(
      vscode.l10n.t('The cache is empty: {0} MB were freed.', megabytes),
    );
  },
};
