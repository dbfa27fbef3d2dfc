import { Disposable } from '../base/disposable';
import type { FileNews } from '../../protocol/panelApi';
import type { OpenModel } from '../models/openModel';

/** The models that a panel's page compares with its own: told are news of their files, and that they were read anew. */
export class OtherModels extends Disposable {
  readonly #known = new Map<OpenModel, { dispose(): unknown }>();

  constructor(private readonly tell: (news: FileNews) => void) {
    super();
    this.register({ dispose: () => this.forget() });
  }

  /** Those whose files are no longer as they were when they were opened. */
  get stale(): readonly OpenModel[] {
    return [...this.#known.keys()].filter((model) => model.isStale && !model.isDisposed);
  }

  add(model: OpenModel): void {
    if (!this.#known.has(model)) {
      const listener = model.onDidChange((change) => {
        if (change === 'files' || change === 'summary') this.#tellOf(model);
      });
      this.#known.set(model, listener);
    }
    if (model.isStale) setImmediate(() => this.#tellOf(model));
  }

  /** The page compares with others from now on. */
  forget(): void {
    for (const listener of this.#known.values()) listener.dispose();
    this.#known.clear();
  }

  #tellOf(model: OpenModel): void {
    const { fileState, summary } = model;
    if (this.#known.has(model)) this.tell({ state: fileState, other: summary.name });
  }
}
