import type { ReactiveControllerHost } from 'lit';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { Resource, type Fetch } from '../../../webview/state/resource';

/** An element as far as a resource knows it. */
const HOST: ReactiveControllerHost = {
  addController: () => undefined,
  removeController: () => undefined,
  requestUpdate: () => undefined,
  updateComplete: Promise.resolve(true),
};

describe('what a page asks the host for', () => {
  let resource: Resource<string>;
  let asked: { signal: AbortSignal; answer: (value: string) => void }[];
  const fetch: Fetch<string> = (signal) =>
    new Promise((resolve) => asked.push({ signal, answer: resolve }));

  beforeEach(() => {
    resource = new Resource(HOST);
    asked = [];
  });

  async function answer(at: number, value: string): Promise<void> {
    asked[at]?.answer(value);
    await new Promise(setImmediate);
  }

  test('is asked for once per key, and shown until the next is there', async () => {
    resource.load('38', fetch);
    resource.load('38', fetch);
    await answer(0, 'of 38');
    resource.load('21', fetch);
    expect([resource.value, resource.current, resource.loading]).toEqual([
      'of 38',
      undefined,
      true,
    ]);
    await answer(1, 'of 21');
    expect(resource.current).toBe('of 21');
    expect(asked).toHaveLength(2);
  });

  test('says how long it still takes, of what is asked now', () => {
    vi.useFakeTimers();
    try {
      let say: (done: number) => void = () => undefined;
      const slow: Fetch<string> = (signal, onProgress) => {
        say = (done) => {
          onProgress({ done, total: 100, unit: 'rows' });
        };
        return fetch(signal, onProgress);
      };
      resource.load('38', slow);
      say(0);
      vi.advanceTimersByTime(20_000);
      say(10);
      expect(resource.remaining).toBe(180);
      const drawn = vi.spyOn(HOST, 'requestUpdate');
      vi.advanceTimersByTime(60_000);
      expect(resource.remaining).toBe(120);
      expect(drawn).toHaveBeenCalled();
      vi.advanceTimersByTime(240_000);
      expect(resource.remaining).toBeUndefined();
      resource.load('21', slow);
      expect(resource.remaining).toBeUndefined();
    } finally {
      vi.useRealTimers();
    }
  });

  test('is asked for again by whoever comes back before the next was asked for', async () => {
    resource.load('38', fetch);
    await answer(0, 'of 38');
    resource.clear();
    resource.load('38', fetch);
    await answer(1, 'of 38 again');
    expect(resource.current).toBe('of 38 again');
  });

  test.each([
    ['another key', () => resource.load('21', fetch)],
    ['the same again', () => resource.retry()],
  ])('is on its way, no longer failed, once %s is asked for', async (_, ask) => {
    resource.load('38', () => Promise.reject(new Error('no row 38')));
    await new Promise(setImmediate);
    expect([resource.failure?.message, resource.loading]).toEqual(['no row 38', false]);
    ask();
    expect([resource.failure, resource.loading]).toEqual([undefined, true]);
    resource.cancel();
    expect([resource.failure, resource.cancelled]).toEqual([undefined, true]);
  });

  test('is kept, there or on its way, for as long as it is of the same key', async () => {
    resource.load('38', fetch);
    resource.keepOnly('38');
    expect(resource.loading).toBe(true);
    await answer(0, 'of 38');
    resource.keepOnly('38');
    expect(resource.current).toBe('of 38');
    resource.load('38', fetch);
    expect(asked).toHaveLength(1);
    resource.keepOnly('21');
    expect(resource.value).toBeUndefined();
    resource.load('38', fetch);
    resource.cancel();
    resource.keepOnly('38');
    expect(resource.cancelled).toBe(false);
  });

  test('is ended and dropped where it comes after the page is another', async () => {
    resource.load('38', fetch);
    resource.clear();
    expect(asked[0]?.signal.aborted).toBe(true);
    await answer(0, 'of 38');
    expect([resource.value, resource.loading]).toEqual([undefined, false]);
  });
});
