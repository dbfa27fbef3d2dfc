/** Placing of cards and menus beside what they belong to, inside the window. */

const GAP_PX = 4;
const MARGIN_PX = 8;

/** Puts a fixed element below its anchor, above it where there is no room below. Styles are set by CSSOM. */
export function placeBeside(element: HTMLElement, anchor: Element): void {
  const box = anchor.getBoundingClientRect();
  // From the left edge it takes the width that it wants: where it would stand by itself may be too narrow for it.
  element.style.setProperty('left', '0');
  const { offsetWidth: width, offsetHeight: height } = element;
  const fitsBelow = box.bottom + GAP_PX + height <= window.innerHeight - MARGIN_PX;
  const top = fitsBelow ? box.bottom + GAP_PX : Math.max(MARGIN_PX, box.top - GAP_PX - height);
  const left = Math.min(box.left, window.innerWidth - MARGIN_PX - width);
  element.style.setProperty('top', `${top}px`);
  element.style.setProperty('left', `${Math.max(MARGIN_PX, left)}px`);
}
