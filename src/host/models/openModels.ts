import { access } from 'node:fs/promises';
import * as vscode from 'vscode';
import { CancelledError, messageOf } from '../../core/errors';
import type { ModelSummary } from '../../protocol/modelSummary';
import { Disposable } from '../base/disposable';
import type { Messages } from '../base/messages';
import { failureOf } from '../engine/engineFailure';
import type { EngineClient } from '../engine/supervisor';
import type { Choices, ModelMemory } from './modelMemory';
import { OpenModel } from './openModel';

/** All open models. Whatever path of a model is opened, it is in here once, under its canonical file. */
export class OpenModels extends Disposable {
  readonly #models = new Map<string, OpenModel>();
  /** Openings under way, by the path that was asked for. */
  readonly #opening = new Map<string, Promise<OpenModel>>();
  /** Paths of models under handles that they have no more: pages may still hold them. */
  readonly #formerHandles = new Map<string, string>();
  readonly #changed = this.register(new vscode.EventEmitter<void>());
  readonly #opened = this.register(new vscode.EventEmitter<OpenModel>());
  readonly #closed = this.register(new vscode.EventEmitter<OpenModel>());

  constructor(
    private readonly engine: EngineClient,
    private readonly memory: ModelMemory,
    private readonly messages: Messages,
    private readonly log: vscode.LogOutputChannel,
    /** Asks which model an adapter changes; undefined where that is not answered. */
    private readonly chooseBase: (adapter: string) => Promise<string | undefined>,
  ) {
    super();
  }

  /** A model was opened or closed. */
  readonly onDidChange = this.#changed.event;
  readonly onDidOpen = this.#opened.event;
  readonly onDidClose = this.#closed.event;

  get all(): readonly OpenModel[] {
    return [...this.#models.values()];
  }

  byPath(canonicalPath: string): OpenModel | undefined {
    return this.#models.get(canonicalPath);
  }

  byHandle(handle: string): OpenModel | undefined {
    return this.all.find((model) => model.handle === handle);
  }

  /**
   * The model that has a handle, or had it: one that was closed meanwhile is opened again.
   * @throws EngineFailure, CancelledError
   */
  async reopened(handle: string): Promise<OpenModel> {
    const open = this.byHandle(handle);
    if (open !== undefined) return open;
    const path = this.#formerHandles.get(handle);
    if (path === undefined) throw new TypeError(`No model had the handle ${handle}.`);
    return this.open(path);
  }

  /**
   * Opens whatever model that path belongs to. An adapter is opened over the base that is remembered for it, else over
   * `base`, else over the one that is asked for.
   * @throws EngineFailure, CancelledError
   */
  open(path: string, base?: string): Promise<OpenModel> {
    const open = this.byPath(path);
    if (open !== undefined) return Promise.resolve(open);
    const opening = this.#opening.get(path) ?? this.#open(path, base);
    this.#opening.set(path, opening);
    const forget = (): void => void this.#opening.delete(path);
    opening.then(forget, forget);
    return opening;
  }

  /** Opens a model anew, with other choices where they are given: these are remembered. */
  async reload(model: OpenModel, choices?: Choices): Promise<void> {
    const old = model.handle;
    const chosen = choices ?? this.memory.choices(model.path);
    const summary = await this.engine.call('open', { path: model.path, ...chosen });
    if (choices !== undefined) await this.memory.setChoices(model.path, choices);
    if (model.isDisposed) {
      await this.engine.call('close', { model: summary.model });
      return;
    }
    this.#formerHandles.set(old, model.path);
    model.renew(summary);
    await this.engine.call('close', { model: old });
  }

  async close(model: OpenModel): Promise<void> {
    if (!this.#models.delete(model.path)) return;
    this.#formerHandles.set(model.handle, model.path);
    this.#closed.fire(model);
    this.#changed.fire();
    this.release(model);
    await this.engine.call('close', { model: model.handle });
  }

  async #open(path: string, base: string | undefined): Promise<OpenModel> {
    const summary = await this.#openAsChosen(path, base);
    const known = this.byPath(summary.canonicalPath);
    if (known !== undefined) {
      await this.engine.call('close', { model: summary.model });
      return known;
    }
    const options = this.memory.options(summary.canonicalPath);
    const bookmarks = this.memory.bookmarks(summary.canonicalPath);
    const model = this.register(new OpenModel(summary, { options, bookmarks }));
    this.#models.set(model.path, model);
    model.onDidTouchFiles(() => void this.#checkFiles(model));
    this.#opened.fire(model);
    this.#changed.fire();
    return model;
  }

  /** Choices are remembered under the canonical file, which only the engine knows. */
  async #openAsChosen(path: string, base: string | undefined): Promise<ModelSummary> {
    const plain = await this.#openOverBase(path, base);
    const choices = this.memory.choices(plain.canonicalPath);
    if (choices.tokenizer === undefined && choices.config === undefined) return plain;
    try {
      const chosen = await this.engine.call('open', { path: plain.canonicalPath, ...choices });
      await this.engine.call('close', { model: plain.model });
      return chosen;
    } catch (error) {
      void this.messages.tell(error);
      return plain;
    }
  }

  /** A model as it is; an adapter over its base, which is remembered for both its paths. */
  async #openOverBase(path: string, given: string | undefined): Promise<ModelSummary> {
    try {
      return await this.engine.call('open', { path });
    } catch (error) {
      if (failureOf(error).reason !== 'missingBase') throw error;
      const base = this.memory.choices(path).base ?? given ?? (await this.chooseBase(path));
      if (base === undefined) throw error;
      try {
        const summary = await this.engine.call('open', { path, base });
        for (const each of new Set([path, summary.canonicalPath])) {
          await this.memory.setChoices(each, { ...this.memory.choices(each), base });
        }
        return summary;
      } catch (refusal) {
        // Whoever tries again is asked again.
        const kept = Object.entries(this.memory.choices(path)).filter(([name]) => name !== 'base');
        await this.memory.setChoices(path, Object.fromEntries(kept));
        throw refusal;
      }
    }
  }

  async #checkFiles(model: OpenModel): Promise<void> {
    try {
      const changed = await this.engine.call('changed', { model: model.handle });
      // What was moved away may be moved back.
      model.setFileState(!changed ? 'same' : (await areThere(model)) ? 'changed' : 'gone');
    } catch (error) {
      if (!(error instanceof CancelledError)) this.log.warn(messageOf(error));
    }
  }
}

/** Whether all files of a model are there, whatever is in them. */
async function areThere({ summary }: OpenModel): Promise<boolean> {
  const found = await Promise.allSettled(summary.files.map((file) => access(file)));
  return found.every(({ status }) => status === 'fulfilled');
}
