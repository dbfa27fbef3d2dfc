import { withBookmark, withoutBookmark, type Bookmark } from '../../protocol/bookmarks';
import type { BookmarkChange } from '../../protocol/panelApi';
import type { ModelMemory } from './modelMemory';
import type { OpenModel } from './openModel';

/** What a bookmark was, and where it stood: what undoes its removal. */
export interface RemovedBookmark {
  readonly bookmark: Bookmark;
  readonly at: number;
}

/** What a page asks for, as far as it can be understood. */
export function readBookmarkChange(value: unknown): BookmarkChange | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { component, note, at } = value as Readonly<Record<string, unknown>>;
  if (typeof component !== 'string' || (note !== null && typeof note !== 'string')) {
    return undefined;
  }
  const place = typeof at === 'number' && Number.isSafeInteger(at) && at >= 0 ? { at } : {};
  return { component, note, ...place };
}

/** Changes bookmarks of open models: kept in the workspace, told to whoever shows the model. */
export class Bookmarks {
  constructor(private readonly memory: ModelMemory) {}

  find(model: OpenModel, component: string): Bookmark | undefined {
    return model.bookmarks.find((bookmark) => bookmark.component === component);
  }

  /** Adds one, or changes its note. */
  async set(model: OpenModel, bookmark: Bookmark, at?: number): Promise<void> {
    await this.#keep(model, withBookmark(model.bookmarks, bookmark, at));
  }

  /** @returns what undoes it; undefined where there was none */
  async remove(model: OpenModel, component: string): Promise<RemovedBookmark | undefined> {
    const bookmark = this.find(model, component);
    if (bookmark === undefined) return undefined;
    const at = model.bookmarks.indexOf(bookmark);
    await this.#keep(model, withoutBookmark(model.bookmarks, component));
    return { bookmark, at };
  }

  async #keep(model: OpenModel, bookmarks: readonly Bookmark[]): Promise<void> {
    model.setBookmarks(bookmarks);
    await this.memory.setBookmarks(model.path, bookmarks);
  }
}
