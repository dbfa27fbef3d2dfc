import * as vscode from 'vscode';
import { VocabScopeError } from '../../core/errors';
import type { Command } from './command';
import { markableTargetOf } from './target';

/** *Remove bookmark*, which can be undone as long as its message stands. */
export const removeBookmark: Command = {
  id: 'vocabscope.removeBookmark',
  async run(host, argument) {
    const target = await markableTargetOf(host, argument);
    if (target === undefined) return;
    const { model, component } = target;
    const removed = await host.bookmarks.remove(model, component);
    if (removed === undefined) {
      throw new VocabScopeError('usage', vscode.l10n.t('{0} has no bookmark.', component));
    }
    const undo = vscode.l10n.t('Undo');
    const chosen = await vscode.window.showInformationMessage(
      vscode.l10n.t('The bookmark of {0} is removed.', component),
      undo,
    );
    if (chosen === undo && !model.isDisposed) {
      await host.bookmarks.set(model, removed.bookmark, removed.at);
    }
  },
};
