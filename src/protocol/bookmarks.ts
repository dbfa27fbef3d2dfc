import { namesHeads } from '../core/model/headMatrixId';

/** A row or a head that a reader marked, with what they wrote about it. */
export interface Bookmark {
  /** Component id of the row, or of a head's matrix: `L3.H7.VO`. */
  readonly component: string;
  /** Empty where nothing was written. */
  readonly note: string;
}

/** Longer notes are cut: they are lines, not documents. */
export const MAX_NOTE_LENGTH = 2_000;
/** More bookmarks of one model are not kept. */
export const MAX_BOOKMARKS = 1_000;

/** Whether a component can be marked: rows and heads, no tables. */
export function canBookmark(component: string): boolean {
  return component.includes('[') || namesHeads(component);
}

/** Whether there is room for a bookmark; one that is there may always change. */
export function hasRoom(bookmarks: readonly Bookmark[], component: string): boolean {
  return (
    bookmarks.length < MAX_BOOKMARKS || bookmarks.some((other) => other.component === component)
  );
}

/** The bookmarks with one more, if there is room, or with its note changed; a new one goes to place `at`, or to the end. */
export function withBookmark(
  bookmarks: readonly Bookmark[],
  { component, note }: Bookmark,
  at = bookmarks.length,
): readonly Bookmark[] {
  const bookmark = { component, note: note.slice(0, MAX_NOTE_LENGTH) };
  const known = bookmarks.findIndex((other) => other.component === component);
  if (known !== -1) return bookmarks.with(known, bookmark);
  return hasRoom(bookmarks, component) ? bookmarks.toSpliced(at, 0, bookmark) : bookmarks;
}

/** The bookmarks without that of a component. */
export function withoutBookmark(
  bookmarks: readonly Bookmark[],
  component: string,
): readonly Bookmark[] {
  return bookmarks.filter((bookmark) => bookmark.component !== component);
}
