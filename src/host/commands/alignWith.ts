import * as vscode from 'vscode';
import { VocabScopeError } from '../../core/errors';
import type { Host } from '../host';
import type { OpenModel } from '../models/openModel';
import { chooseCheckpoint } from './chooseCheckpoint';
import type { Command } from './command';
import { targetOf } from './target';

/** What is compared: a model that is open, and any path of another. */
interface Compared {
  readonly model: OpenModel;
  readonly other: string;
}

/** *Align with…*: on one model or two of the Explorer, on a model of the tree, in the palette. */
export const alignWith: Command = {
  id: 'vocabscope.align',
  async run(host, argument, selected) {
    const compared =
      argument instanceof vscode.Uri
        ? await ofFiles(host, argument, selected)
        : await ofTarget(host, argument);
    if (compared === undefined) return;
    const { model, other } = compared;
    await host.panels.show(model, { page: 'align', other });
  },
};

async function ofFiles(
  host: Host,
  clicked: vscode.Uri,
  selected: unknown,
): Promise<Compared | undefined> {
  const all = Array.isArray(selected) ? selected.filter((uri) => uri instanceof vscode.Uri) : [];
  if (all.length > 2) {
    throw new VocabScopeError(
      'usage',
      vscode.l10n.t('Two models are compared, and {0} are selected: select two.', all.length),
    );
  }
  const [first = clicked, second] = all;
  const model = await host.models.open(first.fsPath);
  return second === undefined ? chosenFor(host, model) : { model, other: second.fsPath };
}

async function ofTarget(host: Host, argument: unknown): Promise<Compared | undefined> {
  const target = await targetOf(host, argument);
  return target === undefined ? undefined : chosenFor(host, target.model);
}

async function chosenFor(host: Host, model: OpenModel): Promise<Compared | undefined> {
  const others = host.models.all.filter((each) => each !== model);
  const placeHolder = vscode.l10n.t('Choose the model to compare {0} with', model.summary.name);
  const other = await chooseCheckpoint(host, placeHolder, others);
  return other === undefined ? undefined : { model, other };
}
