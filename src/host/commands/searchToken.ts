import * as vscode from 'vscode';
import type { Command } from './command';
import { targetOf } from './target';

/** *Search token…*: of the token whose menu was opened in a panel, else of one that is typed. */
export const searchToken: Command = {
  id: 'vocabscope.searchToken',
  async run(host, argument) {
    const target = await targetOf(host, argument);
    if (target === undefined) return;
    const token = clickedToken(argument) ?? (await askToken(target.model.summary.name));
    if (token !== undefined) await host.panels.show(target.model, { page: 'search', token });
  },
};

/** What a token's `data-vscode-context` says. */
function clickedToken(argument: unknown): string | undefined {
  if (typeof argument !== 'object' || argument === null) return undefined;
  const { vocabscopeToken } = argument as { vocabscopeToken?: unknown };
  return typeof vocabscopeToken === 'string' ? vocabscopeToken : undefined;
}

function askToken(model: string): Thenable<string | undefined> {
  return vscode.window.showInputBox({
    title: vscode.l10n.t('Search a token in {0}', model),
    placeHolder: vscode.l10n.t('exact text, its leading space included, or an id such as #537'),
    prompt: vscode.l10n.t('The rows that promote or detect it most are listed in the panel.'),
    validateInput: (text) => (text === '' ? vscode.l10n.t('Type a token.') : undefined),
  });
}
