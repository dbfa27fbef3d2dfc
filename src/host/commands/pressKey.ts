import type { Command } from './command';

/** Keys of the panel that VS Code takes before its page can: they are pressed in the page. */
function pressKey(name: string, chord: string): Command {
  return {
    id: `vocabscope.${name}`,
    run: (host) => host.panels.active?.press(chord),
  };
}

/** *Back*, *Forward*: where the reader was before. */
export const back = pressKey('back', 'Alt+ArrowLeft');
export const forward = pressKey('forward', 'Alt+ArrowRight');
/** *Filter the page*: the focus goes to its filter. */
export const filterPage = pressKey('filterPage', 'Ctrl+f');
/** *Select filtered rows*. */
export const selectRows = pressKey('selectRows', 'Ctrl+a');
