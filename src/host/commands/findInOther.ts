import * as vscode from 'vscode';
import type { Host } from '../host';
import type { OpenModel } from '../models/openModel';
import { chooseCheckpoint } from './chooseCheckpoint';
import type { Command } from './command';
import { rowTargetOf } from './target';

/** *Find row in another model…*: on a row of a panel or of the tree, in the palette. Shows the page of both models. */
export const findInOther: Command = {
  id: 'vocabscope.findInOther',
  async run(host, argument) {
    const target = await rowTargetOf(host, argument);
    if (target === undefined) return;
    const { model, component } = target;
    const other = alignedWith(host, model) ?? (await chosenFor(host, model, component));
    if (other !== undefined) await host.panels.show(model, { page: 'align', other, component });
  },
};

/** The other model of the page in front, where it compares two. */
function alignedWith({ panels }: Host, model: OpenModel): string | undefined {
  const { active } = panels;
  const { page, other } = active?.location ?? {};
  return active?.model === model && page === 'align' ? other : undefined;
}

function chosenFor(host: Host, model: OpenModel, component: string): Promise<string | undefined> {
  const others = host.models.all.filter((each) => each !== model);
  const placeHolder = vscode.l10n.t(
    'Choose the model in which to look for {0} of {1}',
    component,
    model.summary.name,
  );
  return chooseCheckpoint(host, placeHolder, { open: others });
}
