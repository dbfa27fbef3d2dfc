import { CancelledError, type ProgressListener } from '../core/errors';

/** What a running request carries: whether it was cancelled, and where its progress goes. */
export interface WorkContext {
  readonly cancellation: AbortSignal;
  readonly onProgress: ProgressListener;
}

/** A context that is never cancelled and reports nowhere. */
export function quietContext(): WorkContext {
  return { cancellation: new AbortController().signal, onProgress: () => undefined };
}

interface Running<T> {
  readonly result: Promise<T>;
  readonly waiters: Set<WorkContext>;
  readonly controller: AbortController;
}

/**
 * Work that several requests may wait for at once (preparing a space, scanning a matrix): it runs once, tells
 * every waiter its progress, lets each of them go at once when it is cancelled, and stops when all of them were.
 */
export class SharedWork<T> {
  private readonly running = new Map<string, Running<T>>();

  /** Waits for the work of that key, starting it where it does not run. @throws CancelledError */
  async run(
    key: string,
    context: WorkContext,
    work: (shared: WorkContext) => Promise<T>,
  ): Promise<T> {
    const running = this.running.get(key) ?? this.start(key, work);
    running.waiters.add(context);
    return new Promise<T>((resolve, reject) => {
      const leave = (): void => {
        running.waiters.delete(context);
        if (running.waiters.size === 0) {
          this.running.delete(key);
          running.controller.abort();
        }
        reject(new CancelledError());
      };
      if (context.cancellation.aborted) {
        leave();
        return;
      }
      context.cancellation.addEventListener('abort', leave, { once: true });
      running.result.then(resolve, reject).finally(() => {
        context.cancellation.removeEventListener('abort', leave);
        running.waiters.delete(context);
      });
    });
  }

  private start(key: string, work: (shared: WorkContext) => Promise<T>): Running<T> {
    const controller = new AbortController();
    const waiters = new Set<WorkContext>();
    const shared: WorkContext = {
      cancellation: controller.signal,
      onProgress: (progress) => {
        waiters.forEach((waiter) => {
          waiter.onProgress(progress);
        });
      },
    };
    const running: Running<T> = { result: work(shared), waiters, controller };
    this.running.set(key, running);
    const forget = (): void => {
      if (this.running.get(key) === running) {
        this.running.delete(key);
      }
    };
    running.result.then(forget, forget);
    return running;
  }
}

/** Small results that are kept for as long as a model is open, each computed once. */
export class KeptWork<T> {
  private readonly kept = new Map<string, T>();
  private readonly work = new SharedWork<T>();

  /** @param most so many are kept, the last ones */
  constructor(private readonly most = Infinity) {}

  /** @throws CancelledError */
  async get(
    key: string,
    context: WorkContext,
    compute: (shared: WorkContext) => Promise<T>,
  ): Promise<T> {
    const known = this.kept.get(key);
    if (known !== undefined) {
      return known;
    }
    return this.work.run(key, context, async (shared) => {
      const made = await compute(shared);
      this.kept.set(key, made);
      const [oldest] = this.kept.keys();
      if (this.kept.size > this.most && oldest !== undefined) {
        this.kept.delete(oldest);
      }
      return made;
    });
  }
}
