import path from 'node:path';
import * as vscode from 'vscode';
import type { Command } from './command';
import { comparedModels } from './compared';

/** *Compare with base…*: on one model or two of the Explorer, on a model of the tree, in the palette. */
export const compareWithBase: Command = {
  id: 'vocabscope.compareWithBase',
  async run(host, argument, selected) {
    const compared = await comparedModels(host, argument, selected, {
      inOrder: tunedAndBase,
      otherIsBase: true,
      // An adapter was opened over its base.
      known: ({ summary }) => summary.adapter?.basePath,
      otherThan: ({ summary }) =>
        vscode.l10n.t('Choose the base: the model that {0} was trained from', summary.name),
    });
    if (compared === undefined) return;
    const { model, other } = compared;
    await host.panels.show(model, { page: 'diff', other });
  },
};

/** Which of two paths is the base's, as the reader says; the other one first. */
async function tunedAndBase(
  first: string,
  second: string,
): Promise<readonly [string, string] | undefined> {
  const base = await vscode.window.showQuickPick(
    [first, second].map((each) => ({
      label: path.basename(each),
      description: vscode.workspace.asRelativePath(each),
      path: each,
    })),
    {
      placeHolder: vscode.l10n.t('Which of the two is the base, that the other was trained from?'),
    },
  );
  if (base === undefined) return undefined;
  return base.path === first ? [second, first] : [first, second];
}
