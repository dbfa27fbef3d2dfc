/** The webview's end of the border to the host: requests with cancel and progress, events. */
import type { Messenger } from 'vscode-messenger-webview';
import type { ReadingOptions } from '../../src/core/projection/options';
import { CancelledError, checkCancelled } from '../../src/core/errors';
import type {
  EngineMethod,
  EngineParams,
  EngineResult,
  Failure,
  ProgressReport,
} from '../../src/protocol/engineApi';
import type { ModelSummary } from '../../src/protocol/modelSummary';
import { PANEL_METHODS } from '../../src/protocol/panelApi';
import type { Bookmark } from '../../src/protocol/bookmarks';
import type { StitchExportWish } from '../../src/protocol/stitch';
import type {
  BookmarkChange,
  EngineState,
  FileNews,
  OtherPlace,
  PanelAction,
  PanelAnswer,
  PanelExport,
  PanelLocation,
  PanelPicture,
  PanelProgress,
  PanelQuery,
  PanelState,
} from '../../src/protocol/panelApi';

/** A refusal that the host answered: what `Failure` says, thrown. */
export class QueryError extends Error {
  override readonly name = 'QueryError';

  constructor(readonly failure: Failure) {
    super(failure.message);
  }
}

/** What anything that was thrown says to a reader. */
export function failureOf(error: unknown): Failure {
  if (error instanceof QueryError) return error.failure;
  if (typeof error === 'object' && error !== null && 'message' in error) {
    return { reason: 'internal', message: String(error.message) };
  }
  return { reason: 'internal', message: String(error) };
}

export interface QueryOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: ProgressReport) => void;
}

/** What the host may say unasked. */
export interface HostEvents {
  changed(state: PanelState): void;
  reveal(location: PanelLocation): void;
  bookmarks(bookmarks: readonly Bookmark[]): void;
  engine(state: EngineState): void;
  /** VS Code took a key that is the page's. */
  press(chord: string): void;
  stale(news: FileNews): void;
}

const HOST = { type: 'extension' } as const;
/** Methods that nobody waits for. */
const BACKGROUND: ReadonlySet<EngineMethod> = new Set(['scan', 'scanHeads']);

/** One per webview. */
export class HostClient {
  readonly #messenger: Messenger;
  readonly #progress = new Map<number, (progress: ProgressReport) => void>();
  /** Requests under way that a reader waits for: all but those of the background. */
  readonly #awaited = new Set<Promise<unknown>>();
  #nextId = 1;

  constructor(messenger: Messenger) {
    this.#messenger = messenger;
  }

  /** Starts to listen. Events that come before are lost, so this goes first. */
  listen(events: HostEvents): void {
    this.#messenger
      .onNotification<PanelState>({ method: PANEL_METHODS.changed }, (state) => {
        events.changed(state);
      })
      .onNotification<readonly Bookmark[]>({ method: PANEL_METHODS.bookmarks }, (bookmarks) => {
        events.bookmarks(bookmarks);
      })
      .onNotification<PanelLocation>({ method: PANEL_METHODS.reveal }, (location) => {
        events.reveal(location);
      })
      .onNotification<{ state: EngineState }>({ method: PANEL_METHODS.engine }, ({ state }) => {
        events.engine(state);
      })
      .onNotification<{ chord: string }>({ method: PANEL_METHODS.press }, ({ chord }) => {
        events.press(chord);
      })
      .onNotification<FileNews>({ method: PANEL_METHODS.stale }, (news) => {
        events.stale(news);
      })
      .onNotification<PanelProgress>({ method: PANEL_METHODS.progress }, ({ id, progress }) => {
        this.#progress.get(id)?.(progress);
      })
      .start();
  }

  /** Asks for everything that the first frame needs. */
  ready(): Promise<PanelState> {
    return this.#messenger.sendRequest<undefined, PanelState>(
      { method: PANEL_METHODS.ready },
      HOST,
    );
  }

  /**
   * Asks the engine.
   * @throws QueryError what the engine refuses; CancelledError once `signal` is aborted, or where the reader
   * cancelled by another way. An answer that comes after the abort is dropped.
   */
  query<M extends EngineMethod>(
    method: M,
    params: Omit<EngineParams<M>, 'model'>,
    options: QueryOptions = {},
  ): Promise<EngineResult<M>> {
    const answer = this.#ask(method, params, options);
    if (!BACKGROUND.has(method)) {
      this.#awaited.add(answer);
      const forget = (): void => {
        this.#awaited.delete(answer);
      };
      answer.then(forget, forget);
    }
    return answer;
  }

  /** Waits until nothing is under way that a reader waits for: what can wait goes after it. */
  async calm(): Promise<void> {
    do {
      await new Promise((resolve) => setTimeout(resolve));
      await Promise.allSettled(this.#awaited);
    } while (this.#awaited.size > 0);
  }

  async #ask<M extends EngineMethod>(
    method: M,
    params: Omit<EngineParams<M>, 'model'>,
    { signal, onProgress }: QueryOptions,
  ): Promise<EngineResult<M>> {
    checkCancelled(signal);
    const id = this.#nextId++;
    if (onProgress !== undefined) this.#progress.set(id, onProgress);
    const cancel = (): void => {
      this.#messenger.sendNotification({ method: PANEL_METHODS.cancel }, HOST, { id });
    };
    signal?.addEventListener('abort', cancel, { once: true });
    try {
      const answer = await this.#messenger.sendRequest<PanelQuery<M>, PanelAnswer<M>>(
        { method: PANEL_METHODS.query },
        HOST,
        { id, method, params },
      );
      checkCancelled(signal);
      if ('cancelled' in answer) throw new CancelledError();
      if ('error' in answer) throw new QueryError(answer.error);
      return answer.ok;
    } finally {
      signal?.removeEventListener('abort', cancel);
      this.#progress.delete(id);
    }
  }

  /** Opens the model that a page compares its own with. @throws QueryError why it cannot be opened */
  async openOther(path: string): Promise<ModelSummary> {
    const answer = await this.#messenger.sendRequest<{ path: string }, PanelAnswer<'open'>>(
      { method: PANEL_METHODS.openOther },
      HOST,
      { path },
    );
    if ('cancelled' in answer) throw new CancelledError();
    if ('error' in answer) throw new QueryError(answer.error);
    return answer.ok;
  }

  setOptions(options: ReadingOptions): void {
    this.#messenger.sendNotification({ method: PANEL_METHODS.setOptions }, HOST, options);
  }

  setLocation(location: PanelLocation): void {
    this.#messenger.sendNotification({ method: PANEL_METHODS.setLocation }, HOST, location);
  }

  setBookmark(change: BookmarkChange): void {
    this.#messenger.sendNotification({ method: PANEL_METHODS.setBookmark }, HOST, change);
  }

  openBeside(location: PanelLocation): void {
    this.#messenger.sendNotification({ method: PANEL_METHODS.openBeside }, HOST, location);
  }

  /** Shows a place of another model in its own panel. */
  showOther(place: OtherPlace): void {
    this.#messenger.sendNotification({ method: PANEL_METHODS.showOther }, HOST, place);
  }

  setFocus(focused: boolean): void {
    this.#messenger.sendNotification({ method: PANEL_METHODS.focus }, HOST, { focused });
  }

  act(action: PanelAction): void {
    this.#messenger.sendNotification({ method: PANEL_METHODS.action }, HOST, { action });
  }

  /** Asks the host to write to a file what of a page is wanted. */
  export(wanted: PanelExport): void {
    this.#messenger.sendNotification({ method: PANEL_METHODS.export }, HOST, wanted);
  }

  /** Asks the host to write a stitched model of the page's pair. */
  exportStitched(wish: StitchExportWish): void {
    this.#messenger.sendNotification({ method: PANEL_METHODS.exportStitched }, HOST, wish);
  }

  /** Asks the host to write a picture to a file. */
  savePicture(picture: PanelPicture): void {
    this.#messenger.sendNotification({ method: PANEL_METHODS.savePicture }, HOST, picture);
  }

  copy(text: string): void {
    this.#messenger.sendNotification({ method: PANEL_METHODS.copy }, HOST, { text });
  }
}
