import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import { Messenger } from 'vscode-messenger';
import type { NotificationType, WebviewIdMessageParticipant } from 'vscode-messenger-common';
import { displayText } from '../../core/tokenizer/display';
import type { EngineResult, Failure } from '../../protocol/engineApi';
import type {
  OtherPlace,
  PanelAction,
  PanelAnswer,
  PanelExport,
  PanelLocation,
  PanelQuery,
  PanelState,
} from '../../protocol/panelApi';
import { Disposable } from '../base/disposable';
import { failureOf } from '../engine/engineFailure';
import type { EngineSupervisor } from '../engine/supervisor';
import { readBookmarkChange, type Bookmarks } from '../models/bookmarks';
import type { ModelMemory } from '../models/modelMemory';
import type { ModelChange, OpenModel } from '../models/openModel';
import { readStoredOptions } from '../models/storedOptions';
import { readPanelExport } from './panelExport';
import { panelHtml } from './panelHtml';
import { OtherModels } from './otherModels';
import * as messages from './panelMessages';
import { PanelQueries } from './panelQueries';

const NONCE_BYTES = 16;

export interface PanelServices {
  readonly extensionUri: vscode.Uri;
  readonly engine: EngineSupervisor;
  readonly memory: ModelMemory;
  readonly bookmarks: Bookmarks;
  /** Does what a button of the page asks for. */
  readonly act: (action: PanelAction, panel: CheckpointPanel) => void;
  /** Writes what a page shows to a file. */
  readonly export: (wanted: PanelExport, panel: CheckpointPanel) => void;
  /** Writes a stitched model of the page's pair. */
  readonly exportStitched: (wish: unknown, panel: CheckpointPanel) => void;
  /** Writes a picture of a page to a file. */
  readonly savePicture: (picture: unknown, panel: CheckpointPanel) => void;
  /** Hears of tables that are scanned now. */
  readonly onScanned: (model: OpenModel, matrix: string) => void;
  /** Opens a model that a page compares with its own. */
  readonly openModel: (path: string) => Promise<OpenModel>;
  /** Shows a place of another model in a panel of that model. */
  readonly showOther: (place: OtherPlace) => void;
  /** Shows a place of a model in a panel of its own. */
  readonly openBeside: (model: OpenModel, location: PanelLocation) => void;
}

export interface PanelParts {
  readonly view: vscode.WebviewPanel;
  /** Opens the model of the tab. */
  readonly open: () => Promise<OpenModel>;
  /** Where its first page begins; null: where an earlier page was, else at the overview. */
  readonly start: PanelLocation | null;
}

/**
 * The host's side of one editor tab. It speaks for one model, or for the reason why there is none; its page asks
 * for everything and may be thrown away and made again at any time.
 */
export class CheckpointPanel extends Disposable {
  readonly #messenger = new Messenger();
  readonly #page: WebviewIdMessageParticipant;
  readonly #queries: PanelQueries;
  readonly #others = this.register(new OtherModels((news) => this.#send(messages.STALE, news)));
  readonly #moved = this.register(new vscode.EventEmitter<PanelLocation>());
  readonly #focused = this.register(new vscode.EventEmitter<boolean>());
  #model: OpenModel | undefined;
  #failure: Failure | undefined;
  #ready: Promise<void>;
  /** Whether a page is there that listens. */
  #listening = false;
  /** Where the next page begins. */
  #start: PanelLocation | null;
  #location: PanelLocation | undefined;
  /** The options that the page reads with. */
  #pageOptions = '';

  readonly view: vscode.WebviewPanel;
  readonly #open: () => Promise<OpenModel>;

  constructor(
    { view, open, start }: PanelParts,
    private readonly services: PanelServices,
  ) {
    super();
    this.view = view;
    this.#open = open;
    this.#start = start;
    this.#page = this.#messenger.registerWebviewPanel(view);
    this.#queries = this.register(
      new PanelQueries(services.engine, (progress) => this.#send(messages.PROGRESS, progress)),
    );
    this.#answerPage();
    this.register(view.onDidChangeViewState(() => this.#viewChanged()));
    this.register(
      services.engine.onDidChangeState((state) => this.#send(messages.ENGINE, { state })),
    );
    this.#ready = this.load();
    this.#writePage();
  }

  /** The page shows another component. */
  readonly onDidMove = this.#moved.event;
  /** The page has the keyboard's focus now, or has it no more. */
  readonly onDidFocus = this.#focused.event;

  get model(): OpenModel | undefined {
    return this.#model;
  }

  /** Models of its pages about several whose files are no longer as they were. */
  get staleOthers(): readonly OpenModel[] {
    return this.#others.stale;
  }

  /** What the page shows. */
  get location(): PanelLocation | undefined {
    return this.#location;
  }

  /** Opens the model, again where it failed before. Never rejects: a failure is shown. */
  async load(): Promise<void> {
    try {
      const model = await this.#open();
      this.#failure = undefined;
      if (this.isDisposed || this.#model === model) return;
      this.#model = model;
      this.#writeTitle();
      this.register(model.onDidChange((change) => this.#modelChanged(change)));
    } catch (error) {
      this.#failure = failureOf(error);
    }
  }

  /** Tries again after a failure. */
  async retry(): Promise<void> {
    this.#ready = this.load();
    await this.#ready;
    this.#send(messages.CHANGED, this.#state());
  }

  /** Comes to the front at that component. */
  show(location: PanelLocation | undefined, preserveFocus: boolean): void {
    if (location !== undefined) {
      if (this.#listening) this.#send(messages.REVEAL, location);
      else this.#start = location;
    }
    // In its own column: another panel of the model may be in front.
    this.view.reveal(this.view.viewColumn, preserveFocus);
  }

  /** Does what a key does in the page. */
  press(chord: string): void {
    this.#send(messages.PRESS, { chord });
  }

  override dispose(): void {
    this.#focused.fire(false);
    this.#listening = false;
    super.dispose();
  }

  #answerPage(): void {
    const from = { sender: this.#page };
    const messenger = this.#messenger;
    messenger.onRequest(messages.READY, () => this.#ifHeard(this.#begin()), from);
    messenger.onRequest(messages.QUERY, (query) => this.#ifHeard(this.#answer(query)), from);
    messenger.onRequest(
      messages.OPEN_OTHER,
      ({ path }) => this.#ifHeard(this.#openOther(path)),
      from,
    );
    messenger.onNotification(messages.CANCEL, ({ id }) => this.#queries.cancel(id), from);
    messenger.onNotification(messages.SET_OPTIONS, (value) => this.#setOptions(value), from);
    messenger.onNotification(messages.SET_LOCATION, (location) => this.#move(location), from);
    messenger.onNotification(messages.SET_BOOKMARK, (value) => this.#setBookmark(value), from);
    messenger.onNotification(messages.OPEN_BESIDE, (place) => this.#openBeside(place), from);
    messenger.onNotification(messages.SHOW_OTHER, this.services.showOther, from);
    messenger.onNotification(messages.FOCUS, ({ focused }) => this.#focused.fire(focused), from);
    messenger.onNotification(
      messages.ACTION,
      ({ action }) => this.services.act(action, this),
      from,
    );
    messenger.onNotification(
      messages.EXPORT,
      (wanted) => this.services.export(readPanelExport(wanted), this),
      from,
    );
    messenger.onNotification(
      messages.EXPORT_STITCHED,
      (wish) => this.services.exportStitched(wish, this),
      from,
    );
    messenger.onNotification(
      messages.SAVE_PICTURE,
      (value) => this.services.savePicture(value, this),
      from,
    );
    messenger.onNotification(
      messages.COPY,
      async ({ text }) => vscode.env.clipboard.writeText(text),
      from,
    );
  }

  /** An answer, unless no page is there to take it: posting to a view that is gone throws. */
  async #ifHeard<T>(answer: Promise<T>): Promise<T> {
    const value = await answer;
    return this.#listening ? value : new Promise<T>(() => undefined);
  }

  /** A new page asks for everything. */
  async #begin(): Promise<PanelState> {
    this.#queries.forgetPage();
    if (this.#failure !== undefined) this.#ready = this.load();
    await this.#ready;
    this.#listening = !this.isDisposed && this.view.visible;
    const state = this.#state();
    if (this.#start !== null) this.#move(this.#start);
    this.#start = null;
    if (this.#model?.isStale === true) setImmediate(() => this.#sendFileState());
    return state;
  }

  async #answer(query: PanelQuery): Promise<PanelAnswer> {
    const model = this.#model;
    if (model === undefined) {
      return { error: this.#failure ?? failureOf(new Error('The model is not open yet.')) };
    }
    const answer = await this.#queries.answer(model.handle, query);
    if (query.method === 'scan' && 'ok' in answer) {
      this.services.onScanned(model, (answer.ok as EngineResult<'scan'>).matrix);
    }
    return answer;
  }

  /** Never rejects: a failure is shown where the other model would stand. */
  async #openOther(path: string): Promise<PanelAnswer<'open'>> {
    try {
      const model = await this.services.openModel(path);
      if (model !== this.#model && !this.isDisposed) this.#others.add(model);
      return { ok: model.summary };
    } catch (error) {
      return { error: failureOf(error) };
    }
  }

  #state(): PanelState {
    const options = this.#model?.options ?? this.services.memory.defaultOptions;
    this.#pageOptions = JSON.stringify(options);
    return {
      summary: this.#failure === undefined ? (this.#model?.summary ?? null) : null,
      failure: this.#failure ?? null,
      options,
      defaults: this.services.memory.defaultOptions,
      location: this.#start,
      engine: this.services.engine.state,
      bookmarks: this.#model?.bookmarks ?? [],
      strings: vscode.l10n.bundle ?? {},
    };
  }

  #modelChanged(change: ModelChange): void {
    if (change === 'summary') {
      // What is under way asks for the model as it was.
      this.#queries.cancelAll();
      this.#send(messages.CHANGED, this.#state());
    }
    if (change === 'options' && JSON.stringify(this.#model?.options) !== this.#pageOptions) {
      this.#send(messages.CHANGED, this.#state());
    }
    if (change === 'bookmarks') this.#send(messages.BOOKMARKS, this.#model?.bookmarks ?? []);
    if (change === 'files') this.#sendFileState();
  }

  #sendFileState(): void {
    this.#send(messages.STALE, { state: this.#model?.fileState ?? 'same' });
  }

  #openBeside(location: PanelLocation): void {
    if (this.#model !== undefined) this.services.openBeside(this.#model, location);
  }

  #setOptions(value: unknown): void {
    const model = this.#model;
    if (model === undefined) return;
    const options = readStoredOptions(value, this.services.memory.defaultOptions);
    this.#pageOptions = JSON.stringify(options);
    model.setOptions(options);
    void this.services.memory.setOptions(model.path, options);
  }

  #setBookmark(value: unknown): void {
    const model = this.#model;
    const change = readBookmarkChange(value);
    if (model === undefined || change === undefined) return;
    const { component, note, at } = change;
    const { bookmarks } = this.services;
    if (note === null) void bookmarks.remove(model, component);
    else void bookmarks.set(model, { component, note }, at);
  }

  #move(location: PanelLocation): void {
    if (othersOf(location) !== othersOf(this.#location)) this.#others.forget();
    this.#location = location;
    this.#writeTitle();
    this.#moved.fire(location);
  }

  #viewChanged(): void {
    if (!this.view.active) this.#focused.fire(false);
    if (this.view.visible) return;
    this.#listening = false;
    this.#queries.forgetPage();
  }

  #send<P>(type: NotificationType<P>, params: P): void {
    if (this.#listening) this.#messenger.sendNotification(type, this.#page, params);
  }

  /** The tab says what it shows: files of several models have the same name. */
  #writeTitle(): void {
    const name = this.#model?.summary.name;
    const place = this.#location === undefined ? undefined : placeName(this.#location);
    if (name !== undefined) this.view.title = place ? `${name}: ${place}` : name;
  }

  #writePage(): void {
    const { webview } = this.view;
    const dist = vscode.Uri.joinPath(this.services.extensionUri, 'dist');
    const media = vscode.Uri.joinPath(this.services.extensionUri, 'media');
    const asset = (name: string): string =>
      webview.asWebviewUri(vscode.Uri.joinPath(dist, 'webview', name)).toString();
    webview.options = { enableScripts: true, localResourceRoots: [dist, media] };
    webview.html = panelHtml({
      nonce: randomBytes(NONCE_BYTES).toString('base64'),
      cspSource: webview.cspSource,
      script: asset('panel.js'),
      style: asset('panel.css'),
      language: vscode.env.language,
    });
  }
}

/** What of a model a place is, as a tab says it. */
function placeName({ page, component, token }: PanelLocation): string | undefined {
  if (page === 'align') return vscode.l10n.t('alignment');
  if (page === 'diff') return vscode.l10n.t('changes');
  if (page === 'steps') return vscode.l10n.t('training');
  if (page === 'stitch') return vscode.l10n.t('stitching');
  return token === undefined ? component : displayText({ id: 0, text: token });
}

/** What names the other models of a place. */
function othersOf(location: PanelLocation | undefined): string {
  return JSON.stringify([location?.other, location?.steps]);
}
