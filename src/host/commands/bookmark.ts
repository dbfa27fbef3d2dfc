import * as vscode from 'vscode';
import { VocabScopeError } from '../../core/errors';
import { hasRoom, MAX_BOOKMARKS, MAX_NOTE_LENGTH } from '../../protocol/bookmarks';
import type { Command } from './command';
import { markableTargetOf } from './target';

/** *Bookmark…*: marks a row or a head with a note; one that is marked, with another note. */
export const bookmark: Command = {
  id: 'vocabscope.bookmark',
  async run(host, argument) {
    const target = await markableTargetOf(host, argument);
    if (target === undefined) return;
    const { model, component } = target;
    if (!hasRoom(model.bookmarks, component)) {
      throw new VocabScopeError(
        'limit',
        vscode.l10n.t(
          'A model has at most {0} bookmarks: remove one first.',
          String(MAX_BOOKMARKS),
        ),
      );
    }
    const known = host.bookmarks.find(model, component);
    const note = await vscode.window.showInputBox({
      title: vscode.l10n.t('Bookmark {0}', component),
      prompt: vscode.l10n.t('A note on {0}; it may stay empty.', component),
      value: known?.note ?? '',
      validateInput: (text) =>
        text.length > MAX_NOTE_LENGTH
          ? vscode.l10n.t('A note has at most {0} characters.', String(MAX_NOTE_LENGTH))
          : undefined,
    });
    if (note !== undefined) await host.bookmarks.set(model, { component, note });
  },
};
