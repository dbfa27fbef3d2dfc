import type { Bookmark } from './bookmarks';
import type {
  EngineMethod,
  EngineParams,
  EngineResult,
  Failure,
  ProgressReport,
} from './engineApi';
import type { Comparison } from './export';
import type { ModelSummary } from './modelSummary';
import type { StitchRecipe } from './stitch';
import type { ReadingOptions } from '../core/projection/options';

/**
 * The border between the host and a model's panel (vscode-messenger). The webview always asks first; the host
 * sends only events. `model` is filled in by the host: a panel speaks for one model.
 */

/** Where the reader is: what history, links and restored panels hold. */
export interface PanelLocation {
  /**
   * A registered page: `overview`, `head`, `matrix`, `row`, `search`, `bookmarks`, `tensors`, `align`, `diff`,
   * `steps`, `stitch`.
   */
  readonly page: string;
  /** Head, matrix or row id, by page; of `align` the row of A that is sought in B. */
  readonly component?: string;
  /** What `search` is of: a token's exact text, or its id as `#537`. */
  readonly token?: string;
  /** What `align` compares the panel's model with, the base of `diff`, B of `stitch`: any path of another model. */
  readonly other?: string;
  /** What `steps` shows: any paths of the steps of a training, in their order, the panel's model among them. */
  readonly steps?: readonly string[];
  /** What `stitch` measures with. */
  readonly recipe?: StitchRecipe;
}

/** A place of another model than the panel's. */
export interface OtherPlace {
  /** Any path of it. */
  readonly path: string;
  readonly location: PanelLocation;
}

/** How a model's files are on the disk, beside what they were when they were opened. */
export type FileState = 'same' | 'changed' | 'gone';

/** What became of the files of the panel's model, or of another that its pages compare it with. */
export interface FileNews {
  readonly state: FileState;
  /** Name of the other model. */
  readonly other?: string;
}

export type EngineState = 'ready' | 'starting' | 'restarted' | 'failed';

/** Everything a panel needs to draw its first frame; the answer to the webview's first request. */
export interface PanelState {
  readonly summary: ModelSummary | null;
  /** Why the model could not be opened. */
  readonly failure: Failure | null;
  readonly options: ReadingOptions;
  /** What *Reset* restores; options that differ from these are marked. */
  readonly defaults: ReadingOptions;
  /** Where to begin; null: where the webview was, else the overview. */
  readonly location: PanelLocation | null;
  readonly engine: EngineState;
  /** Rows of the model that the reader marked, in the order in which they did. */
  readonly bookmarks: readonly Bookmark[];
  /** Translations for the webview, by English text. */
  readonly strings: Readonly<Record<string, string>>;
}

/** A request to the engine on behalf of the panel's model. `id` names it for progress and cancel. */
export interface PanelQuery<M extends EngineMethod = EngineMethod> {
  readonly id: number;
  readonly method: M;
  readonly params: Omit<EngineParams<M>, 'model'>;
}

export type PanelAnswer<M extends EngineMethod = EngineMethod> =
  { readonly ok: EngineResult<M> } | { readonly error: Failure } | { readonly cancelled: true };

/** What of a stitched pair is asked again. */
export const STITCH_PARTS = [
  ...(['stitchClassifier', 'stitchBase', 'stitchData'] as const),
  ...(['stitchColumns', 'stitchTexts', 'stitchPool'] as const),
] as const;
export type StitchPart = (typeof STITCH_PARTS)[number];

/** Buttons of the panel whose work the host does. */
export type PanelAction =
  | 'chooseTokenizer'
  | 'chooseConfig'
  | 'chooseBase'
  | 'useOfferedTokenizer'
  | 'useOfferedConfig'
  | 'reload'
  | 'reloadOthers'
  | 'showLog'
  | 'exportBookmarks'
  | 'copyLink'
  | 'findInOther'
  | StitchPart
  | 'openFile'
  | 'openSample';

/** What of a page is to be written to a file; the host offers it beside the whole model. */
export interface PanelExport {
  /** The table, row or head that the page shows. */
  readonly component: string | null;
  /** Ids of rows that are selected. */
  readonly selected: readonly string[];
  /** What a page of several models shows, in its order; the host offers it alone. */
  readonly comparisons?: readonly Comparison[];
}

/** A picture of a page. */
export interface PanelPicture {
  /** Of its file, without the ending. */
  readonly name: string;
  /** The PNG file in base64. */
  readonly png: string;
}

/** Method names on the wire; types beside them. */
export const PANEL_METHODS = {
  /** webview -> host, request: void -> PanelState. */
  ready: 'panel/ready',
  /** webview -> host, request: PanelQuery -> PanelAnswer. */
  query: 'panel/query',
  /** webview -> host, request: { path } -> PanelAnswer<'open'>: opens the model that a page compares its own with. */
  openOther: 'panel/openOther',
  /** webview -> host, notification: { id }. */
  cancel: 'panel/cancel',
  /** webview -> host, notification: ReadingOptions, remembered for the model. */
  setOptions: 'panel/setOptions',
  /** webview -> host, notification: PanelLocation, so that tree and title follow. */
  setLocation: 'panel/setLocation',
  /** webview -> host, notification: BookmarkChange. */
  setBookmark: 'panel/setBookmark',
  /** webview -> host, notification: PanelLocation, to be shown in a panel beside this one. */
  openBeside: 'panel/openBeside',
  /** webview -> host, notification: OtherPlace: a place of the model that a page compares its own with, in its own panel. */
  showOther: 'panel/showOther',
  /** webview -> host, notification: { focused }: keys of VS Code's hold only while the page has the focus. */
  focus: 'panel/focus',
  /** webview -> host, notification: { action: PanelAction }. */
  action: 'panel/action',
  /** webview -> host, notification: PanelExport: asks what, how and where, and writes it. */
  export: 'panel/export',
  /** webview -> host, notification: StitchExportWish: asks where, and writes the stitched model. */
  exportStitched: 'panel/exportStitched',
  /** webview -> host, notification: PanelPicture: asks where, and writes it to a file. */
  savePicture: 'panel/savePicture',
  /** webview -> host, notification: { text }: to the clipboard. */
  copy: 'panel/copy',
  /** host -> webview, notification: { id, progress }. */
  progress: 'panel/progress',
  /** host -> webview, notification: PanelState: the model or its options changed; refetch. */
  changed: 'panel/changed',
  /** host -> webview, notification: Bookmark[]: all of them, after one changed. */
  bookmarks: 'panel/bookmarks',
  /** host -> webview, notification: PanelLocation: go there. */
  reveal: 'panel/reveal',
  /** host -> webview, notification: { chord }: a key that VS Code took in the page's stead, as `Ctrl+f`. */
  press: 'panel/press',
  /** host -> webview, notification: { state: EngineState }. */
  engine: 'panel/engine',
  /** host -> webview, notification: FileNews; the panel shows a banner with Reload unless it is `same`. */
  stale: 'panel/stale',
} as const;

/** A bookmark that is added, at place `at` or the end, or whose note changes; `note` null: it is removed. */
export interface BookmarkChange {
  readonly component: string;
  readonly note: string | null;
  readonly at?: number;
}

export interface PanelProgress {
  readonly id: number;
  readonly progress: ProgressReport;
}
