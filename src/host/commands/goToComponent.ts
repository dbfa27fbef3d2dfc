import * as vscode from 'vscode';
import { messageOf } from '../../core/errors';
import type { ModelSummary } from '../../protocol/modelSummary';
import { locate } from '../models/location';
import type { Command } from './command';
import { targetOf } from './target';

/** *Go to component…*: by its id. */
export const goToComponent: Command = {
  id: 'vocabscope.goToComponent',
  async run(host, argument) {
    const target = await targetOf(host, argument);
    if (target === undefined) return;
    const { summary } = target.model;
    const id = await vscode.window.showInputBox({
      title: vscode.l10n.t('Go to a component of {0}', summary.name),
      placeHolder: 'L3.FF.K[907]',
      prompt: vscode.l10n.t('A row such as L3.FF.K[907] or L3.H7.O[5], or a table such as L3.FF.V'),
      ...(target.component === undefined ? {} : { value: target.component }),
      validateInput: (text) => problem(text, summary),
    });
    if (id !== undefined) await host.panels.show(target.model, locate(id, summary));
  },
};

function problem(text: string, summary: ModelSummary): string | undefined {
  try {
    locate(text, summary);
    return undefined;
  } catch (error) {
    return messageOf(error);
  }
}
