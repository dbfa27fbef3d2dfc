import type { ReadingOptions } from '../../../src/core/projection/options';
import { DEFAULT_VIEW_OPTIONS } from '../../../src/core/projection/options';
import type { Bookmark } from '../../../src/protocol/bookmarks';
import { CancelledError, messageOf } from '../../../src/core/errors';
import type { EngineMethod, Failure, ProgressReport } from '../../../src/protocol/engineApi';
import type { ModelSummary } from '../../../src/protocol/modelSummary';
import { PANEL_METHODS } from '../../../src/protocol/panelApi';
import type {
  PanelAnswer,
  PanelLocation,
  PanelQuery,
  PanelState,
} from '../../../src/protocol/panelApi';

/** What answers the panel's queries. */
export type Answer = (
  method: EngineMethod,
  params: object,
  context: { cancellation: AbortSignal; onProgress: (progress: ProgressReport) => void },
) => Promise<unknown>;

/** What a panel is opened with. */
export interface HostOptions {
  readonly summary: ModelSummary | null;
  readonly failure?: Failure;
  readonly answer: Answer;
  readonly options?: ReadingOptions;
  readonly location?: PanelLocation;
  readonly bookmarks?: readonly Bookmark[];
  /** The model that pages compare their own with. */
  readonly openOther?: (path: string) => PanelAnswer<'open'>;
}

/** A message of vscode-messenger, as far as the host looks at it. */
interface Message {
  readonly id?: string;
  readonly method?: string;
  readonly params?: unknown;
}

type Send = (message: object) => void;

/** The host's end of the panel's border, with no VS Code: the same messages. */
export class PanelHost {
  /** Everything that the panel sent, requests for the engine left out. */
  readonly received: Message[] = [];
  readonly queries: PanelQuery[] = [];
  readonly #running = new Map<number, AbortController>();
  #options: ReadingOptions;

  constructor(
    private readonly given: HostOptions,
    private readonly send: Send,
  ) {
    this.#options = given.options ?? DEFAULT_VIEW_OPTIONS;
  }

  get state(): PanelState {
    return {
      summary: this.given.summary,
      failure: this.given.failure ?? null,
      options: this.#options,
      defaults: DEFAULT_VIEW_OPTIONS,
      location: this.given.location ?? null,
      engine: 'ready',
      bookmarks: this.given.bookmarks ?? [],
      strings: {},
    };
  }

  /** Says something unasked. */
  notify(method: string, params: unknown): void {
    this.send({ method, params, receiver: { type: 'webview', webviewId: 'harness' } });
  }

  /** Takes a message of the webview. */
  async take(message: Message): Promise<void> {
    const { id, method, params } = message;
    if (method === PANEL_METHODS.query) {
      this.#reply(id, await this.#query(params as PanelQuery));
      return;
    }
    this.received.push(message);
    if (method === PANEL_METHODS.ready) this.#reply(id, this.state);
    if (method === PANEL_METHODS.openOther) {
      const { path } = params as { path: string };
      this.#reply(id, this.given.openOther?.(path));
    }
    if (method === PANEL_METHODS.cancel) this.#running.get((params as { id: number }).id)?.abort();
    if (method === PANEL_METHODS.setOptions) this.#options = params as ReadingOptions;
  }

  #reply(id: string | undefined, result: unknown): void {
    this.send({ id, result, receiver: { type: 'webview', webviewId: 'harness' } });
  }

  async #query(query: PanelQuery): Promise<unknown> {
    const { id, method, params } = query;
    this.queries.push(query);
    const controller = new AbortController();
    this.#running.set(id, controller);
    try {
      const onProgress = (progress: ProgressReport): void => {
        this.notify(PANEL_METHODS.progress, { id, progress });
      };
      return {
        ok: await this.given.answer(method, params, {
          cancellation: controller.signal,
          onProgress,
        }),
      };
    } catch (error) {
      if (error instanceof CancelledError) return { cancelled: true };
      const reason = (error as Partial<Failure>).reason ?? 'internal';
      return { error: { reason, message: messageOf(error) } };
    } finally {
      this.#running.delete(id);
    }
  }
}
