import type { Command } from './command';

/** *Focus panel*: for the keyboard, which may not reach an editor's page by Tab. */
export const focusPanel: Command = {
  id: 'vocabscope.focusPanel',
  run: (host) => host.panels.active?.show(undefined, false),
};
