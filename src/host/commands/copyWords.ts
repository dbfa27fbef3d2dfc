import * as vscode from 'vscode';
import { quotedToken } from '../../protocol/written/words';
import type { Command } from './command';
import { rowTargetOf } from './target';

/** *Copy words*: of the side that a row speaks for, exact texts in quotes. */
export const copyWords: Command = {
  id: 'vocabscope.copyWords',
  async run(host, argument) {
    const target = await rowTargetOf(host, argument);
    if (target === undefined) return;
    const { model, component } = target;
    const { handle, options } = model;
    const asked = { model: handle, components: [component], options };
    const { rows } = await host.engine.call('readRows', asked);
    const words = rows.map(({ speaks, top, bottom }) => (speaks === 'bottom' ? bottom : top));
    await vscode.env.clipboard.writeText(words.flat().map(quotedToken).join(' '));
  },
};
