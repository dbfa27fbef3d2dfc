import * as vscode from 'vscode';
import { placeOf } from '../models/location';
import type { Command } from './command';
import { targetOf } from './target';

const SHOWN_MS = 3_000;

/** *Copy link*: to a line of the tree, or to what a panel shows. */
export const copyLink: Command = {
  id: 'vocabscope.copyLink',
  async run(host, argument) {
    const target = await targetOf(host, argument);
    if (target === undefined) return;
    const { model, component } = target;
    const shown = argument === undefined ? host.panels.active?.location : undefined;
    const link = host.links.to(model, shown ?? placeOf(component, model.summary));
    await vscode.env.clipboard.writeText(link.toString());
    vscode.window.setStatusBarMessage(vscode.l10n.t('The link is copied.'), SHOWN_MS);
  },
};
