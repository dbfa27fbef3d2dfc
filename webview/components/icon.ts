/** The panel's few icons, drawn in the text colour. They say nothing by themselves: text or a label does. */
import { html, svg } from 'lit';
import type { TemplateResult } from 'lit';

const PATHS = {
  back: 'M10 3 5 8l5 5',
  forward: 'm6 3 5 5-5 5',
  right: 'm6 4 4 4-4 4',
  down: 'm4 6 4 4 4-4',
  warning: 'M8 2 1.8 13.5h12.4zM8 6.5v3.5M8 11.6v.4',
  error: 'M8 1.8a6.2 6.2 0 1 1 0 12.4A6.2 6.2 0 0 1 8 1.8zM8 5v4M8 10.6v.4',
  info: 'M8 1.8a6.2 6.2 0 1 1 0 12.4A6.2 6.2 0 0 1 8 1.8zM8 7.2v4M8 5v.4',
  close: 'm4 4 8 8m0-8-8 8',
  bookmarks: 'M4.500 2.500h7v11L8 10.800l-3.500 2.700z',
  star: 'm8 1.900 1.900 3.900 4.300.600-3.100 3 .700 4.300L8 11.700l-3.800 2 .700-4.300-3.100-3 4.300-.600z',
  tree: 'M2.5 3.5h5m-3 0v9h4m-4-4.5h4m2-1.5h3v3h-3zm0 4.500h3v3h-3z',
  keys: 'M1.8 4.500h12.400v7H1.800zM4 7h.5m2 0H7m2.500 0h.5m2 0h.3M5 9.500h6',
} as const;

export type IconName = keyof typeof PATHS;

/** An icon of 16 by 16 pixels. */
export function icon(name: IconName): TemplateResult {
  return html`<svg
    class="icon icon-${name}"
    viewBox="0 0 16 16"
    aria-hidden="true"
    focusable="false"
  >
    ${svg`<path d=${PATHS[name]} />`}
  </svg>`;
}
