import { describe, expect, it } from 'vitest';
import { CancelledError } from '../../../src/core/errors';
import { KeptWork, SharedWork, type WorkContext } from '../../../src/engine/context';

function context(
  controller = new AbortController(),
): WorkContext & { controller: AbortController } {
  return { controller, cancellation: controller.signal, onProgress: () => undefined };
}

/** Work that ends with `value` when told, or as cancelled when its signal says so. */
function controlled(): {
  work: (shared: WorkContext) => Promise<number>;
  finish: (n: number) => void;
  starts: () => number;
  aborted: () => boolean;
} {
  let starts = 0;
  let finish: (value: number) => void = () => undefined;
  let signal: AbortSignal | undefined;
  return {
    work: (shared) => {
      starts += 1;
      signal = shared.cancellation;
      return new Promise<number>((resolve, reject) => {
        finish = resolve;
        shared.cancellation.addEventListener('abort', () => {
          reject(new CancelledError());
        });
      });
    },
    finish: (value) => {
      finish(value);
    },
    starts: () => starts,
    aborted: () => signal?.aborted === true,
  };
}

describe('SharedWork', () => {
  it('runs once for two waiters', async () => {
    const shared = new SharedWork<number>();
    const task = controlled();
    const both = Promise.all([
      shared.run('a', context(), task.work),
      shared.run('a', context(), task.work),
    ]);
    task.finish(7);
    expect(await both).toEqual([7, 7]);
    expect(task.starts()).toBe(1);
  });

  it('lets a cancelled waiter go and goes on for the other', async () => {
    const shared = new SharedWork<number>();
    const task = controlled();
    const first = context();
    const left = shared.run('a', first, task.work);
    const kept = shared.run('a', context(), task.work);
    first.controller.abort();
    await expect(left).rejects.toBeInstanceOf(CancelledError);
    expect(task.aborted()).toBe(false);
    task.finish(3);
    expect(await kept).toBe(3);
  });

  it('stops when the last waiter leaves, and begins anew for the next', async () => {
    const shared = new SharedWork<number>();
    const task = controlled();
    const only = context();
    const left = shared.run('a', only, task.work);
    only.controller.abort();
    await expect(left).rejects.toBeInstanceOf(CancelledError);
    expect(task.aborted()).toBe(true);
    const again = shared.run('a', context(), task.work);
    task.finish(5);
    expect(await again).toBe(5);
    expect(task.starts()).toBe(2);
  });

  it('keeps no failure', async () => {
    const shared = new SharedWork<number>();
    await expect(
      shared.run('a', context(), () => Promise.reject(new Error('bad'))),
    ).rejects.toThrow('bad');
    expect(await shared.run('a', context(), () => Promise.resolve(1))).toBe(1);
  });
});

describe('kept work', () => {
  it('is done once for a key, and forgotten for more keys than are to be kept', async () => {
    const done: string[] = [];
    const kept = new KeptWork<string>(2);
    for (const key of ['a', 'b', 'a', 'c', 'b', 'a']) {
      const made = await kept.get(key, context(), () => {
        done.push(key);
        return Promise.resolve(key.toUpperCase());
      });
      expect(made).toBe(key.toUpperCase());
    }
    expect(done).toEqual(['a', 'b', 'c', 'a']);
  });
});
