/** What a hover card says of an element: registered where the element is drawn, shown by the one card. */
import { nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { Directive, directive, PartType } from 'lit/directive.js';
import type { ElementPart, PartInfo } from 'lit/directive.js';

/** Makes the card's content when it is needed. */
export type HoverContent = () => TemplateResult;

const contents = new WeakMap<Element, HoverContent>();

class HoverDirective extends Directive {
  constructor(part: PartInfo) {
    super(part);
    if (part.type !== PartType.ELEMENT) throw new Error('hover() belongs to an element.');
  }

  override render(_content: HoverContent): unknown {
    return nothing;
  }

  override update(part: ElementPart, [content]: [HoverContent]): unknown {
    contents.set(part.element, content);
    return nothing;
  }
}

/** `<span ${hover(() => html`…`)}>`: says more on hover and on focus. */
export const hover = directive(HoverDirective);

/** The nearest element from `start` upwards that has a card, and its content. */
export function hoverAt(start: Element): { element: Element; content: HoverContent } | undefined {
  for (let element: Element | null = start; element !== null; element = element.parentElement) {
    const content = contents.get(element);
    if (content !== undefined) return { element, content };
  }
  return undefined;
}
