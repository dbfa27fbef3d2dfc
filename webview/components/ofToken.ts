/** Elements that stand for a token: menus and keys on them ask for that one. */
import { nothing } from 'lit';
import { Directive, directive, PartType } from 'lit/directive.js';
import type { ElementPart, PartInfo } from 'lit/directive.js';
import type { TokenView } from '../../src/protocol/reading';
import { askFor } from '../format/findQuery';

const tokens = new WeakMap<Element, TokenView>();

class OfTokenDirective extends Directive {
  #id: number | undefined;

  constructor(part: PartInfo) {
    super(part);
    if (part.type !== PartType.ELEMENT) throw new Error('ofToken() belongs to an element.');
  }

  override render(_token: TokenView): unknown {
    return nothing;
  }

  override update({ element }: ElementPart, [token]: [TokenView]): unknown {
    if (token.id === this.#id) return nothing;
    this.#id = token.id;
    tokens.set(element, token);
    // VS Code joins it with what elements above say of themselves.
    element.setAttribute('data-vscode-context', tokenContext(token));
    return nothing;
  }
}

/** `<bdi ${ofToken(token)}>`: the native menu on it, and `t`, search the token. */
export const ofToken = directive(OfTokenDirective);

/** What the native menu on a token knows. */
function tokenContext(token: TokenView): string {
  return JSON.stringify({ vocabscopeToken: askFor(token), preventDefaultContextMenuItems: true });
}

/** The tokens of what has the focus: itself, or the chips in it. */
export function tokensInFocus(): readonly TokenView[] {
  const focused = document.activeElement;
  if (focused === null || focused.closest('.page-host, .side') === null) return [];
  const own = tokens.get(focused);
  if (own !== undefined) return [own];
  const inside = [...focused.querySelectorAll('[data-vscode-context]')];
  const found = inside.map((element) => tokens.get(element)).filter((token) => token !== undefined);
  return [...new Map(found.map((token) => [token.id, token])).values()];
}
