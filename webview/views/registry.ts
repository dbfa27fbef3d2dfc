/** The pages of the panel: one folder each, one line here. */
import { html } from 'lit';
import type { TemplateResult } from 'lit';
import type { PanelLocation } from '../../src/protocol/panelApi';
import './align/alignView';
import './diff/diffView';
import './bookmarks/bookmarksView';
import './heads/headView';
import './matrix/matrixView';
import './overview/overviewView';
import './row/rowView';
import './search/searchView';
import './steps/stepsView';
import './stitch/stitchView';
import './tensors/tensorsView';

type DrawPage = (location: PanelLocation) => TemplateResult;

/** What draws a page, by the name that locations carry. */
export const PAGES: Readonly<Record<string, DrawPage>> = {
  overview: () => html`<vs-overview-view></vs-overview-view>`,
  head: ({ component = '' }) => html`<vs-head-view .component=${component}></vs-head-view>`,
  matrix: ({ component = '' }) => html`<vs-matrix-view .component=${component}></vs-matrix-view>`,
  row: ({ component = '' }) => html`<vs-row-view .component=${component}></vs-row-view>`,
  search: ({ token = '' }) => html`<vs-search-view .token=${token}></vs-search-view>`,
  align: ({ other = '', component = '' }) =>
    html`<vs-align-view .other=${other} .component=${component}></vs-align-view>`,
  diff: ({ other = '' }) => html`<vs-diff-view .other=${other}></vs-diff-view>`,
  steps: ({ steps = [] }) => html`<vs-steps-view .steps=${steps}></vs-steps-view>`,
  stitch: ({ other = '', recipe }) =>
    html`<vs-stitch-view .other=${other} .recipe=${recipe ?? null}></vs-stitch-view>`,
  bookmarks: () => html`<vs-bookmarks-view></vs-bookmarks-view>`,
  tensors: () => html`<vs-tensors-view></vs-tensors-view>`,
};
