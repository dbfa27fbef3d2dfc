import type { OpenParams } from '../../protocol/engineApi';
import type { ModelSummary } from '../../protocol/modelSummary';
import { EngineFailure } from './engineFailure';
import type { EngineProcess } from './engineProcess';

/** A model whose reopening went down with the engine this often is not reopened unasked. */
const MAX_CRASHES_WHILE_REOPENING = 2;

interface OpenedModel {
  readonly handle: string;
  readonly params: OpenParams;
  /** Requests to open that led here, less requests to close. */
  uses: number;
  /** The process that `engineHandle` belongs to. */
  process: EngineProcess;
  engineHandle: Promise<string>;
  /** What `engineHandle` resolved to; undefined until the model is open again. */
  resolved: string | undefined;
  /** Whether the engine is opening it again at this moment. */
  reopening: boolean;
  crashes: number;
}

/**
 * Handles that outlive engine processes: the host's stay the same, the engine's behind them are renewed by
 * opening the model again.
 */
export class ModelHandles {
  readonly #models = new Map<string, OpenedModel>();
  /** Paths of models that were closed, by their handles. */
  readonly #closed = new Map<string, string>();
  #nextHandle = 1;
  /** Models are reopened one after the other, so that a crash tells which one it was. */
  #lastReopened: Promise<unknown> = Promise.resolve();

  get size(): number {
    return this.#models.size;
  }

  /** Takes what `open` answered; the summary comes back under the host's handle. */
  add(params: OpenParams, summary: ModelSummary, process: EngineProcess): ModelSummary {
    const known = [...this.#models.values()].find(
      (model) => model.process === process && model.resolved === summary.model,
    );
    if (known !== undefined) {
      known.uses++;
      return { ...summary, model: known.handle };
    }
    const handle = `model-${String(this.#nextHandle++)}`;
    this.#models.set(handle, {
      handle,
      params,
      uses: 1,
      process,
      engineHandle: Promise.resolve(summary.model),
      resolved: summary.model,
      reopening: false,
      crashes: 0,
    });
    return { ...summary, model: handle };
  }

  /**
   * Takes one use back.
   * @returns the engine's handle after the last one, where this process still has the model open to close
   */
  remove(handle: string, process: EngineProcess | undefined): string | undefined {
    const model = this.#models.get(handle);
    if (model === undefined) return undefined;
    model.uses--;
    if (model.uses > 0) return undefined;
    this.#models.delete(handle);
    this.#closed.set(handle, model.params.path);
    return model.process === process ? model.resolved : undefined;
  }

  /**
   * The engine's handle in this process; opens the model there where an earlier process had it.
   * @throws EngineFailure where the model is closed or does not open again; ProcessGone
   */
  engineHandle(handle: string, process: EngineProcess): Promise<string> {
    const model = this.#models.get(handle);
    if (model === undefined) {
      const closed = this.#closed.get(handle) ?? 'This model';
      throw new EngineFailure('internal', `${closed} is closed. Open it again.`);
    }
    if (model.process === process) return model.engineHandle;
    if (model.crashes >= MAX_CRASHES_WHILE_REOPENING) {
      throw new EngineFailure(
        'engineStopped',
        `The engine stopped whenever it opened ${model.params.path} again. Close the model; the log has the details.`,
      );
    }
    return this.#reopen(model, process);
  }

  /** Opens in this process everything that earlier ones had open; first what never crashed one. */
  reopenAll(process: EngineProcess): void {
    this.#lastReopened = Promise.resolve();
    const models = [...this.#models.values()].sort((a, b) => a.crashes - b.crashes);
    for (const { handle, crashes } of models) {
      if (crashes < MAX_CRASHES_WHILE_REOPENING) {
        // Whoever asks next for this model hears of a failure.
        this.engineHandle(handle, process).catch(() => undefined);
      }
    }
  }

  /** Notes that a process crashed: what it was just reopening may be why. */
  noteCrash(process: EngineProcess): void {
    for (const model of this.#models.values()) {
      if (model.process === process && model.reopening) model.crashes++;
    }
  }

  /** Gives every model another chance. */
  forgetCrashes(): void {
    for (const model of this.#models.values()) model.crashes = 0;
  }

  #reopen(model: OpenedModel, process: EngineProcess): Promise<string> {
    const previous = model.process;
    model.process = process;
    model.resolved = undefined;
    model.engineHandle = this.#lastReopened.then(async () => {
      model.reopening = true;
      try {
        const summary = await process.request('open', model.params).result;
        model.resolved = (summary as ModelSummary).model;
        model.crashes = 0;
        return model.resolved;
      } catch (error) {
        // The next request tries again.
        if (model.process === process) model.process = previous;
        throw error;
      } finally {
        model.reopening = false;
      }
    });
    this.#lastReopened = model.engineHandle.catch(() => undefined);
    return model.engineHandle;
  }
}
