/** Keys of the panel. Single letters never fire while text is typed; what was not handled goes on to VS Code. */
import type { ReactiveController, ReactiveControllerHost } from 'lit';

/** Does what the key asks. @returns false where it does not apply now: others may take it. */
export type KeyAction = () => boolean;

/** By chord: modifiers in the order Ctrl, Alt, Shift, then the key: `Ctrl+f`, `Alt+ArrowLeft`, `[`. */
export type KeyMap = Readonly<Record<string, KeyAction>>;

const TEXT_INPUTS = 'input:not([type=checkbox]):not([type=radio]), textarea, [contenteditable]';

/** Whether a key goes into a text that is being typed. */
function isTyping(event: Event): boolean {
  const target = event.composedPath()[0];
  return target instanceof Element && target.matches(TEXT_INPUTS);
}

/** On a Mac, Cmd stands for `Ctrl`, and its own control key is `Control`. */
export const isMac = /mac/iu.test(navigator.platform);

/** The chord of a key press. Shift counts only where it does not make another character. */
export function chordOf(event: KeyboardEvent): string {
  const control = isMac ? event.metaKey : event.ctrlKey;
  const macControl = isMac && event.ctrlKey ? 'Control+' : '';
  const shift = event.shiftKey && event.key.length > 1;
  return `${macControl}${control ? 'Ctrl+' : ''}${event.altKey ? 'Alt+' : ''}${shift ? 'Shift+' : ''}${event.key}`;
}

const maps: KeyMap[] = [];

/** Does what a chord asks for. @returns whether it means something now */
export function pressKey(chord: string): boolean {
  return maps.toReversed().some((map) => Object.hasOwn(map, chord) && map[chord]?.() === true);
}

function onKeydown(event: KeyboardEvent): void {
  if (event.defaultPrevented) return;
  const chord = chordOf(event);
  if (isTyping(event)) {
    if (chord.length === 1) return;
    // What selects text goes no further: VS Code would select something else.
    if (chord === 'Ctrl+a') {
      event.stopPropagation();
      return;
    }
  }
  if (!pressKey(chord)) return;
  event.preventDefault();
  event.stopPropagation();
}

/** Binds keys while its element is in the document; what came later is asked first. */
export class Keys implements ReactiveController {
  readonly #map: KeyMap;

  constructor(host: ReactiveControllerHost, map: KeyMap) {
    this.#map = map;
    host.addController(this);
  }

  hostConnected(): void {
    if (maps.length === 0) document.addEventListener('keydown', onKeydown);
    maps.push(this.#map);
  }

  hostDisconnected(): void {
    const at = maps.lastIndexOf(this.#map);
    if (at !== -1) maps.splice(at, 1);
    if (maps.length === 0) document.removeEventListener('keydown', onKeydown);
  }
}
