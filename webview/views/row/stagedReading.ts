import type { ReactiveControllerHost } from 'lit';
import { CancelledError } from '../../../src/core/errors';
import type { Failure } from '../../../src/protocol/engineApi';
import type { RowReading } from '../../../src/protocol/reading';
import { t } from '../../l10n';
import type { PanelStore } from '../../state/panelStore';
import { Resource } from '../../state/resource';

/** A judged reading that takes longer is preceded by its words alone. */
const WORDS_AFTER_MS = 250;

async function readRow(
  store: PanelStore,
  component: string,
  statistics: boolean,
  signal: AbortSignal,
): Promise<RowReading> {
  const params = { components: [component], options: store.options, statistics };
  const { rows } = await store.host.query('readRows', params, { signal });
  const [row] = rows;
  if (row === undefined) throw new Error(t('The engine answered without the row {0}.', component));
  return row;
}

/** The reading of one row: its words as soon as they can be had, its judgement when it is there. */
export class StagedReading {
  readonly #store: PanelStore;
  readonly #words: Resource<RowReading>;
  readonly #judged: Resource<RowReading>;
  #key = '';

  constructor(host: ReactiveControllerHost, store: PanelStore) {
    this.#store = store;
    this.#words = new Resource(host);
    this.#judged = new Resource(host);
  }

  /** Makes sure that the reading of `component` under `key` is there or on its way. */
  load(key: string, component: string): void {
    this.#key = key;
    this.#judged.load(key, (signal) => readRow(this.#store, component, true, signal));
    this.#words.load(key, async (signal) => {
      await new Promise((resolve) => setTimeout(resolve, WORDS_AFTER_MS));
      if (this.judged !== undefined || signal.aborted) throw new CancelledError();
      return readRow(this.#store, component, false, signal);
    });
  }

  /** The reading with its statistics, of the present key. */
  get judged(): RowReading | undefined {
    return this.#judged.valueKey === this.#key ? this.#judged.value : undefined;
  }

  /** What can be shown: the newest there is, else what was there under older options. */
  get shown(): RowReading | undefined {
    if (this.judged !== undefined) return this.judged;
    return this.#words.valueKey === this.#key ? this.#words.value : this.#judged.value;
  }

  get failure(): Failure | undefined {
    return this.#judged.failure;
  }

  get loading(): boolean {
    return this.#judged.loading;
  }

  retry(): void {
    this.#judged.retry();
  }

  /** Forgets another row's readings. */
  clear(): void {
    this.#words.clear();
    this.#judged.clear();
  }
}
