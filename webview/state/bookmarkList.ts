/** Rows that the reader marked. The host keeps them; what is changed here shows at once. */
import { withBookmark, withoutBookmark } from '../../src/protocol/bookmarks';
import type { Bookmark } from '../../src/protocol/bookmarks';
import type { BookmarkChange } from '../../src/protocol/panelApi';
import { Observable } from './observable';

export class BookmarkList extends Observable {
  readonly #send: (change: BookmarkChange) => void;
  #all: readonly Bookmark[] = [];

  constructor(send: (change: BookmarkChange) => void) {
    super();
    this.#send = send;
  }

  /** In the order in which they were made. */
  get all(): readonly Bookmark[] {
    return this.#all;
  }

  of(component: string): Bookmark | undefined {
    return this.#all.find((bookmark) => bookmark.component === component);
  }

  /** Takes what the host has. */
  take(bookmarks: readonly Bookmark[]): void {
    this.#all = bookmarks;
    this.changed();
  }

  /** Marks a row, or changes its note. */
  set(component: string, note: string, at?: number): void {
    this.#send({ component, note, ...(at === undefined ? {} : { at }) });
    this.take(withBookmark(this.#all, { component, note }, at));
  }

  /** @returns what undoes it; undefined where the row was not marked */
  remove(component: string): (() => void) | undefined {
    const bookmark = this.of(component);
    if (bookmark === undefined) return undefined;
    const at = this.#all.indexOf(bookmark);
    this.#send({ component, note: null });
    this.take(withoutBookmark(this.#all, component));
    return () => {
      this.set(component, bookmark.note, at);
    };
  }
}
