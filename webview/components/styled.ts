/** Styles of one element, set by CSSOM: a strict content security policy refuses `style` attributes. */
import { nothing } from 'lit';
import { Directive, directive, PartType } from 'lit/directive.js';
import type { ElementPart, PartInfo } from 'lit/directive.js';

/** Property names as CSS writes them, custom properties included. */
export type Styles = Readonly<Record<string, string>>;

class StyledDirective extends Directive {
  #last: Styles = {};

  constructor(part: PartInfo) {
    super(part);
    if (part.type !== PartType.ELEMENT) throw new Error('styled() belongs to an element.');
  }

  override render(_styles: Styles): unknown {
    return nothing;
  }

  override update({ element }: ElementPart, [styles]: [Styles]): unknown {
    const { style } = element as HTMLElement;
    for (const name of Object.keys(this.#last)) {
      if (!Object.hasOwn(styles, name)) style.removeProperty(name);
    }
    for (const [name, value] of Object.entries(styles)) {
      if (this.#last[name] !== value) style.setProperty(name, value);
    }
    this.#last = styles;
    return nothing;
  }
}

/** `<div ${styled({ '--level': '2' })}>`. */
export const styled = directive(StyledDirective);
