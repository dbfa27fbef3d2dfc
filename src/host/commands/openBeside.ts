import { placeOf } from '../models/location';
import type { Command } from './command';
import { targetOf } from './target';

/** *Open to the side*: of a line of the tree or a row of a panel; by its key, what Enter would open. */
export const openBeside: Command = {
  id: 'vocabscope.openBeside',
  async run(host, argument) {
    if (argument === undefined) {
      host.panels.active?.press('Ctrl+Enter');
      return;
    }
    const target = await targetOf(host, argument);
    if (target === undefined) return;
    const { model, component } = target;
    await host.panels.show(model, placeOf(component, model.summary), { beside: true });
  },
};
