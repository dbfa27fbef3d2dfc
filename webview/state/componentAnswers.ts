/** One answer for each of some components, asked once while the data stay the same. */
import type { ReactiveControllerHost } from 'lit';
import type { Progress } from '../../src/core/errors';
import { Resource } from './resource';

/** Asks for components that have no answer yet. @returns answers by their components */
type Ask<T> = (
  components: readonly string[],
  signal: AbortSignal,
  onProgress: (progress: Progress) => void,
) => Promise<ReadonlyMap<string, T>>;

/** Answers of a list that changes: what it lost and what it keeps is not asked anew, and other data forget them all. */
export class ComponentAnswers<T> {
  /** The request for what is missing: whether it is on its way, failed or was stopped. */
  readonly request: Resource<null>;
  #dataKey = '';
  #answers: ReadonlyMap<string, T> = new Map();

  constructor(host: ReactiveControllerHost) {
    this.request = new Resource(host);
  }

  /** Answers of the present data; another map whenever any came. */
  get all(): ReadonlyMap<string, T> {
    return this.#answers;
  }

  /** Whether each of some components has its answer. */
  hasAll(components: readonly string[]): boolean {
    return components.every((component) => this.#answers.has(component));
  }

  /** Makes sure that the answers of components are there or on their way. */
  load(dataKey: string, components: readonly string[], ask: Ask<T>): void {
    if (dataKey !== this.#dataKey) {
      this.#dataKey = dataKey;
      this.#answers = new Map();
    }
    this.request.load(`${dataKey} ${components.join(' ')}`, async (signal, onProgress) => {
      const missing = components.filter((component) => !this.#answers.has(component));
      if (missing.length === 0) return null;
      const found = await ask(missing, signal, onProgress);
      if (dataKey === this.#dataKey) this.#answers = new Map([...this.#answers, ...found]);
      return null;
    });
  }
}
