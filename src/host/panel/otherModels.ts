import { Disposable } from '../base/disposable';
import type { FileNews } from '../../protocol/panelApi';
import type { OpenModel } from '../models/openModel';

/** The models that a panel's pages compare with its own: what becomes of their files is told. */
export class OtherModels extends Disposable {
  readonly #known = new Set<OpenModel>();

  constructor(private readonly tell: (news: FileNews) => void) {
    super();
  }

  /** Those whose files are no longer as they were when they were opened. */
  get stale(): readonly OpenModel[] {
    return [...this.#known].filter((model) => model.isStale && !model.isDisposed);
  }

  add(model: OpenModel): void {
    if (!this.#known.has(model)) {
      this.#known.add(model);
      let wasStale = model.isStale;
      this.register(
        model.onDidChange((change) => {
          if (change === 'files' || (change === 'summary' && wasStale)) this.#tellOf(model);
          wasStale = model.isStale;
        }),
      );
    }
    if (model.isStale) setImmediate(() => this.#tellOf(model));
  }

  #tellOf({ fileState, summary }: OpenModel): void {
    this.tell({ state: fileState, other: summary.name });
  }
}
