import type { Command } from './command';

/** *Restart engine*: a new process; what is open stays open. Panels that failed try again. */
export const restartEngine: Command = {
  id: 'vocabscope.restartEngine',
  async run(host) {
    host.engine.restart();
    const failed = host.panels.all.filter(({ model }) => model === undefined);
    await Promise.all(failed.map((panel) => panel.retry()));
  },
};
