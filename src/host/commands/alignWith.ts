import * as vscode from 'vscode';
import type { Command } from './command';
import { comparedModels } from './compared';

/** *Align with…*: on one model or two of the Explorer, on a model of the tree, in the palette. */
export const alignWith: Command = {
  id: 'vocabscope.align',
  async run(host, argument, selected) {
    const compared = await comparedModels(host, argument, selected, {
      inOrder: (first, second) => [first, second],
      otherIsBase: false,
      otherThan: ({ summary }) =>
        vscode.l10n.t('Choose the model to compare {0} with', summary.name),
    });
    if (compared === undefined) return;
    const { model, other } = compared;
    await host.panels.show(model, { page: 'align', other });
  },
};
