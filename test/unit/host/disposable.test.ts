import { expect, test } from 'vitest';
import { Disposable, liveDisposables } from '../../../src/host/base/disposable';

class Owner extends Disposable {
  own(name: string, ended: string[]): { dispose: () => void } {
    return this.register({ dispose: () => void ended.push(name) });
  }

  end(item: { dispose: () => void }): void {
    this.release(item);
  }
}

test('everything registered ends once, last first, and is counted while it lives', () => {
  const before = liveDisposables();
  const ended: string[] = [];
  const owner = new Owner();
  owner.own('a', ended);
  const early = owner.own('b', ended);
  owner.own('c', ended);
  expect(liveDisposables() - before).toBe(3);
  owner.end(early);
  expect(ended).toEqual(['b']);
  owner.dispose();
  owner.dispose();
  expect(ended).toEqual(['b', 'c', 'a']);
  expect(liveDisposables()).toBe(before);
});

test('what comes after the end is ended at once', () => {
  const before = liveDisposables();
  const ended: string[] = [];
  const owner = new Owner();
  owner.dispose();
  owner.own('late', ended);
  expect(ended).toEqual(['late']);
  expect(liveDisposables()).toBe(before);
});
