import path from 'node:path';
import * as vscode from 'vscode';
import type { ReadingOptions } from '../../core/projection/options';
import type { Bookmark } from '../../protocol/bookmarks';
import type { ModelSummary } from '../../protocol/modelSummary';
import type { FileState } from '../../protocol/panelApi';
import { Disposable } from '../base/disposable';

/** A file is written in many steps: what it became is asked once they are over. */
const SETTLES_MS = 500;
/** Where they are never over, as beside a training, it is asked all the same. */
const PATIENCE_MS = 5000;

/** What changed about an open model. */
export type ModelChange = 'summary' | 'options' | 'bookmarks' | 'files';

/** A model that is open in the engine: one per canonical file, whoever shows it. */
export class OpenModel extends Disposable {
  readonly #changed = this.register(new vscode.EventEmitter<ModelChange>());
  readonly #touched = this.register(new vscode.EventEmitter<void>());
  #summary: ModelSummary;
  #options: ReadingOptions;
  #bookmarks: readonly Bookmark[];
  #fileState: FileState = 'same';

  constructor(
    summary: ModelSummary,
    { options, bookmarks }: { options: ReadingOptions; bookmarks: readonly Bookmark[] },
  ) {
    super();
    this.#summary = summary;
    this.#options = allowed(options, summary);
    this.#bookmarks = bookmarks;
    this.#watch();
  }

  readonly onDidChange = this.#changed.event;
  /** One of its files was written to, some time ago. */
  readonly onDidTouchFiles = this.#touched.event;

  /** The path that stands for it. */
  get path(): string {
    return this.#summary.canonicalPath;
  }

  get uri(): vscode.Uri {
    return vscode.Uri.file(this.path);
  }

  get handle(): string {
    return this.#summary.model;
  }

  get summary(): ModelSummary {
    return this.#summary;
  }

  get options(): ReadingOptions {
    return this.#options;
  }

  get bookmarks(): readonly Bookmark[] {
    return this.#bookmarks;
  }

  get fileState(): FileState {
    return this.#fileState;
  }

  /** Whether a file is no longer as it was when it was opened. */
  get isStale(): boolean {
    return this.#fileState !== 'same';
  }

  /** Takes what the engine says of the model now, after it was opened anew. */
  renew(summary: ModelSummary): void {
    this.#summary = summary;
    this.#fileState = 'same';
    this.#options = allowed(this.#options, summary);
    this.#changed.fire('summary');
  }

  setOptions(options: ReadingOptions): void {
    this.#options = allowed(options, this.#summary);
    this.#changed.fire('options');
  }

  setBookmarks(bookmarks: readonly Bookmark[]): void {
    this.#bookmarks = bookmarks;
    this.#changed.fire('bookmarks');
  }

  setFileState(state: FileState): void {
    if (this.#fileState === state) return;
    this.#fileState = state;
    this.#changed.fire('files');
  }

  #watch(): void {
    const folder = vscode.Uri.file(path.dirname(this.path));
    const watcher = this.register(
      vscode.workspace.createFileSystemWatcher(new vscode.RelativePattern(folder, '*')),
    );
    let timer: NodeJS.Timeout | undefined;
    let firstTouch: number | undefined;
    this.register({ dispose: () => clearTimeout(timer) });
    const touch = (): void => {
      firstTouch ??= Date.now();
      const patience = Math.max(0, firstTouch + PATIENCE_MS - Date.now());
      clearTimeout(timer);
      timer = setTimeout(
        () => {
          firstTouch = undefined;
          this.#touched.fire();
        },
        Math.min(SETTLES_MS, patience),
      );
    };
    this.register(
      watcher.onDidChange(({ fsPath }) => {
        if (fsPath === this.path || this.#summary.files.includes(fsPath)) touch();
      }),
    );
    // VS Code drops a file that came and went at once, so that what comes and goes beside it tells too.
    this.register(watcher.onDidCreate(touch));
    this.register(watcher.onDidDelete(touch));
  }
}

/** Options that were remembered may be refused by what the model is now. */
function allowed(options: ReadingOptions, { foldRefusal }: ModelSummary): ReadingOptions {
  return foldRefusal === null ? options : { ...options, fold: 'none' };
}
