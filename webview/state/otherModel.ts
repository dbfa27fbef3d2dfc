/** The other model of a page about two. */
import type { ReactiveControllerHost } from 'lit';
import type { Failure } from '../../src/protocol/engineApi';
import type { ModelSummary } from '../../src/protocol/modelSummary';
import type { PanelStore } from './panelStore';
import { Resource } from './resource';

/** Opens another model by its path. What was asked of it and the panel's own is forgotten with either. */
export class OtherModel {
  readonly #opened: Resource<ModelSummary>;
  readonly #store: PanelStore;
  readonly #asked: readonly Resource<unknown>[];
  #subject = '';

  /** @param asked What is asked of both models. */
  constructor(
    host: ReactiveControllerHost,
    store: PanelStore,
    asked: readonly Resource<unknown>[],
  ) {
    this.#opened = new Resource(host);
    this.#store = store;
    this.#asked = asked;
  }

  get value(): ModelSummary | undefined {
    return this.#opened.value;
  }

  /** Why it is not open. */
  get failure(): Failure | undefined {
    return this.#opened.failure;
  }

  /** Opens it, again where it may have been closed meanwhile. */
  retry(): void {
    this.#opened.retry();
  }

  /** Makes sure that the model of a path is open or on its way. @returns what names both, once it is open */
  load(path: string): string | undefined {
    const { summary, host, isReadable, othersRead } = this.#store;
    if (summary === null || !isReadable) return undefined;
    const subject = `${summary.model} ${path} ${othersRead}`;
    if (subject !== this.#subject) {
      this.#subject = subject;
      this.#opened.clear();
      for (const each of this.#asked) each.clear();
    }
    this.#opened.load(subject, () => host.openOther(path));
    const other = this.#opened.value;
    return other === undefined ? undefined : `${subject} ${other.model}`;
  }
}
