/** What the whole panel shares: model, options, place, scans. Data of single views lives in the views. */
import { CancelledError } from '../../src/core/errors';
import type { ReadingOptions } from '../../src/core/projection/options';
import type { Failure, OverviewResult } from '../../src/protocol/engineApi';
import type { ModelSummary } from '../../src/protocol/modelSummary';
import type { EngineState, FileNews, PanelLocation, PanelState } from '../../src/protocol/panelApi';
import { setStrings, t } from '../l10n';
import { BookmarkList } from './bookmarkList';
import { canStep, replaceCurrent, step, visit } from './history';
import { HeadScans, headSource } from './headScans';
import { failureOf } from './hostClient';
import type { HostClient } from './hostClient';
import { Observable } from './observable';
import { ScanQueue } from './scanQueue';
import { SpaceSummaries } from './spaceSummaries';
import { DEFAULT_TABLE, restoreUiState, withTable } from './uiState';
import type { TableState, UiState } from './uiState';

/** Where VS Code keeps a webview's state. */
export interface StateKeeper {
  getState(): unknown;
  setState(state: UiState): unknown;
}

/** What the page tells the footer. */
export interface PageNote {
  /** `512 rows, 214 stand out`. */
  readonly counts: string;
  /** What filters left out. */
  readonly omissions: string;
}

/** What happened to the engine or to the files of the model, or of another of the page. */
export type BannerKind = 'restarted' | 'failed' | 'changed' | 'gone' | 'otherChanged' | 'otherGone';

/** Something that was done and can be taken back. */
export interface Undoable {
  readonly sentence: string;
  readonly act: () => void;
}

const OVERVIEW: PanelLocation = { page: 'overview' };
const NO_NOTE: PageNote = { counts: '', omissions: '' };

export class PanelStore extends Observable {
  readonly host: HostClient;
  readonly scans: ScanQueue;
  readonly spaces: SpaceSummaries;
  readonly bookmarks: BookmarkList;
  readonly heads: HeadScans;
  readonly #keeper: StateKeeper;
  #state: PanelState | null = null;
  #failure: Failure | null = null;
  #ui: UiState;
  #overview: OverviewResult | null = null;
  #overviewFailure: Failure | null = null;
  #banner: BannerKind | null = null;
  #otherBanner: 'otherChanged' | 'otherGone' | null = null;
  #otherName = '';
  #othersRead = 0;
  #note: PageNote = NO_NOTE;
  #announcement = '';
  #undo: Undoable | null = null;
  #epoch = 0;
  /** Whether the next place is to be shown beside. */
  #beside = false;
  /** Takes keys that VS Code took in the page's stead. */
  onPress: (chord: string) => void = () => undefined;

  constructor(host: HostClient, keeper: StateKeeper, now: () => number) {
    super();
    this.host = host;
    this.#keeper = keeper;
    this.#ui = restoreUiState(keeper.getState());
    this.scans = new ScanQueue(
      (matrix, signal, onProgress) =>
        host.query('scan', { matrix, options: this.options }, { signal, onProgress }),
      now,
      () => void this.refreshOverview(),
    );
    this.scans.onDidChange(() => {
      this.changed();
    });
    this.bookmarks = new BookmarkList((change) => {
      host.setBookmark(change);
    });
    this.bookmarks.onDidChange(() => {
      this.changed();
    });
    this.heads = new HeadScans(
      headSource(host, () => this.options),
      now,
    );
    this.heads.onDidChange(() => {
      this.changed();
    });
    this.spaces = new SpaceSummaries(
      async (space) => {
        await host.calm();
        return host.query('space', { space, options: this.options });
      },
      () => {
        this.changed();
      },
    );
  }

  /** Fetches the first state; what the host says afterwards arrives as events. */
  async start(): Promise<void> {
    this.host.listen({
      changed: (state) => {
        this.#take(state);
      },
      bookmarks: (bookmarks) => {
        this.bookmarks.take(bookmarks);
      },
      reveal: (location) => {
        this.navigate(location);
      },
      engine: (state) => {
        this.#takeEngineState(state);
      },
      press: (chord) => {
        this.onPress(chord);
      },
      stale: (news) => {
        this.#takeFileNews(news);
      },
    });
    await this.connect();
  }

  /** Asks the host for everything, again after a failure. */
  async connect(): Promise<void> {
    this.#failure = null;
    this.changed();
    try {
      const state = await this.host.ready();
      const place = state.location ?? this.location;
      this.#ui = { ...this.#ui, history: visit(this.#ui.history, place) };
      // The host does not know where an earlier page was.
      this.host.setLocation(place);
      this.#take(state);
    } catch (error) {
      this.#failure = failureOf(error);
      this.changed();
    }
  }

  get summary(): ModelSummary | null {
    return this.#state?.summary ?? null;
  }

  /** Whether the architecture is known, so that rows can be read. Tensors can be listed in any case. */
  get isReadable(): boolean {
    return this.summary !== null && this.summary.shape !== null;
  }

  get failure(): Failure | null {
    return this.#failure ?? this.#state?.failure ?? null;
  }

  /** Options that every reading is asked with. Read only once the state is there. */
  get options(): ReadingOptions {
    if (this.#state === null) throw new Error('The panel has no state yet.');
    return this.#state.options;
  }

  get defaults(): ReadingOptions {
    return this.#state?.defaults ?? this.options;
  }

  /** Whether the host has answered. */
  get started(): boolean {
    return this.#state !== null;
  }

  get banner(): BannerKind | null {
    const { other, steps } = this.location;
    const isOfOthers = other !== undefined || steps !== undefined;
    return this.#banner ?? (isOfOthers ? this.#otherBanner : null);
  }

  /** The other model that the banner is of. */
  get otherName(): string {
    return this.#otherName;
  }

  /** How often files of other models came to be as they are read: what is known of them is of the last time. */
  get othersRead(): number {
    return this.#othersRead;
  }

  get overview(): OverviewResult | null {
    return this.#overview;
  }

  /** Why it is not known what is scanned. */
  get overviewFailure(): Failure | null {
    return this.#overviewFailure;
  }

  get note(): PageNote {
    return this.#note;
  }

  /** What the live region says. */
  get announcement(): string {
    return this.#announcement;
  }

  get ui(): UiState {
    return this.#ui;
  }

  get location(): PanelLocation {
    return this.#ui.history.entries[this.#ui.history.index] ?? OVERVIEW;
  }

  /** Names what answers are of: other options, another model or a new engine make them out of date. */
  get dataKey(): string {
    return `${this.#epoch} ${this.#state === null ? '' : JSON.stringify(this.#state.options)}`;
  }

  navigate(location: PanelLocation): void {
    if (this.#beside) {
      this.host.openBeside(location);
      return;
    }
    this.#goTo({ ...this.#ui, history: visit(this.#ui.history, location) });
  }

  /** Whatever `go` leads to is shown in a panel beside this one. */
  besides(go: () => void): void {
    this.#beside = true;
    try {
      go();
    } finally {
      this.#beside = false;
    }
  }

  /** Goes somewhere so that the way back leads past the present place. */
  replace(location: PanelLocation): void {
    this.#goTo({ ...this.#ui, history: replaceCurrent(this.#ui.history, location) });
  }

  canGo(by: -1 | 1): boolean {
    return canStep(this.#ui.history, by);
  }

  go(by: -1 | 1): void {
    this.#goTo({ ...this.#ui, history: step(this.#ui.history, by) });
  }

  setOptions(change: Partial<ReadingOptions>): void {
    if (this.#state === null) return;
    const options = { ...this.#state.options, ...change };
    if (JSON.stringify(options) === JSON.stringify(this.#state.options)) return;
    this.#state = { ...this.#state, options };
    this.host.setOptions(options);
    this.#dataChanged();
  }

  setUi(change: Partial<UiState>): void {
    this.#ui = { ...this.#ui, ...change };
    this.#keeper.setState(this.#ui);
    this.changed();
  }

  table(key: string): TableState {
    return this.#ui.tables[key] ?? DEFAULT_TABLE;
  }

  setTable(key: string, change: Partial<TableState>): void {
    this.#ui = withTable(this.#ui, key, change);
    this.#keeper.setState(this.#ui);
    this.changed();
  }

  setNote(note: PageNote): void {
    if (note.counts === this.#note.counts && note.omissions === this.#note.omissions) return;
    this.#note = note;
    this.changed();
  }

  /** What can be taken back now. */
  get undoable(): Undoable | null {
    return this.#undo;
  }

  /** Says what was done, and offers to take it back until the reader goes elsewhere. */
  offerUndo(sentence: string, undo: () => void): void {
    const act = (): void => {
      this.#undo = null;
      undo();
      this.announce(t('Undone.'));
    };
    this.#undo = { sentence, act };
    this.announce(sentence);
  }

  announce(sentence: string): void {
    this.#announcement = sentence;
    this.changed();
  }

  dismissBanner(): void {
    if (this.#banner === null) this.#otherBanner = null;
    this.#banner = null;
    this.changed();
  }

  /** Whether the engine holds a scan of a table (a layer's whole one) for the present options. */
  isScanned(matrix: string): boolean {
    return (
      this.scans.status(matrix).state === 'done' ||
      (this.#overview?.matrices.some((known) => known.matrix === matrix) ?? false)
    );
  }

  /** Asks what is scanned by now. */
  async refreshOverview(): Promise<void> {
    const key = this.dataKey;
    if (!this.isReadable) return;
    try {
      const overview = await this.host.query('overview', { options: this.options });
      if (key !== this.dataKey) return;
      this.#overview = overview;
      this.#overviewFailure = null;
      this.scans.markDone(overview.matrices.map(({ matrix }) => matrix));
    } catch (error) {
      if (key !== this.dataKey) return;
      this.#overviewFailure = error instanceof CancelledError ? null : failureOf(error);
    }
    this.changed();
  }

  #goTo(ui: UiState): void {
    if (ui.history === this.#ui.history) return;
    this.#note = NO_NOTE;
    this.#undo = null;
    this.host.setLocation(ui.history.entries[ui.history.index] ?? OVERVIEW);
    this.setUi(ui);
  }

  #take(state: PanelState): void {
    setStrings(state.strings);
    this.#state = state;
    this.bookmarks.take(state.bookmarks);
    this.#failure = null;
    this.#banner = state.engine === 'failed' ? 'failed' : null;
    this.setUi({});
    this.#dataChanged();
  }

  #takeEngineState(state: EngineState): void {
    if (state === 'ready' && this.#banner === 'failed') this.#banner = null;
    if (state === 'failed') this.#banner = 'failed';
    if (state === 'restarted') {
      this.#banner = 'restarted';
      this.#epoch += 1;
      void this.refreshOverview();
    }
    this.changed();
  }

  #takeFileNews({ state, other }: FileNews): void {
    if (other === undefined) {
      const isOfFiles = this.#banner === 'changed' || this.#banner === 'gone';
      if (state !== 'same') this.#banner = state;
      else if (isOfFiles) this.#banner = null;
    } else if (state === 'same') {
      this.#othersRead += 1;
      if (other === this.#otherName) this.#otherBanner = null;
    } else {
      this.#otherName = other;
      this.#otherBanner = state === 'gone' ? 'otherGone' : 'otherChanged';
    }
    this.changed();
  }

  #dataChanged(): void {
    this.#epoch += 1;
    this.#overview = null;
    this.#overviewFailure = null;
    this.spaces.clear();
    this.scans.reset();
    const { space, fold } = this.options;
    this.heads.begin(JSON.stringify([this.summary?.model, space, fold]));
    this.changed();
    void this.refreshOverview();
  }
}
