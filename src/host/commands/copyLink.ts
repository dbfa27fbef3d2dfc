import * as vscode from 'vscode';
import { isLinked } from '../links/modelLink';
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
    const location = shown ?? placeOf(component, model.summary);
    const link = host.links.to(model, location);
    await vscode.env.clipboard.writeText(link.toString());
    const said = isLinked(location)
      ? vscode.l10n.t('The link is copied.')
      : vscode.l10n.t(
          'The link is copied. It opens {0}: pages of several models have no link.',
          location.component ?? vscode.l10n.t('the overview of {0}', model.summary.name),
        );
    vscode.window.setStatusBarMessage(said, SHOWN_MS);
  },
};
