import type * as vscode from 'vscode';
import { DEFAULT_VIEW_OPTIONS, type ReadingOptions } from '../../core/projection/options';
import { COMPARISON_FORMATS, EXPORT_FORMATS } from '../../protocol/export';
import { MAX_BOOKMARKS, type Bookmark } from '../../protocol/bookmarks';
import { readRecipe, type StitchRecipe } from '../../protocol/stitch';
import { readStoredOptions } from './storedOptions';

/** Files that stand in for missing ones, chosen by hand. */
export interface Choices {
  readonly tokenizer?: string;
  readonly config?: string;
  /** Adapters only: any path of the model that they change. */
  readonly base?: string;
}

export interface RecentModel {
  /** The canonical file. */
  readonly path: string;
  readonly name: string;
}

/** How and where was exported. */
export interface ExportChoice {
  /** Of the form. */
  readonly ending?: string;
  readonly folder?: string;
}

/** Two models and labelled texts; models by any path. */
export interface StitchChoice {
  readonly classifier?: string;
  readonly base?: string;
  readonly recipe?: StitchRecipe;
}

const CHOICES_KEY = 'choices';
const OPTIONS_KEY = 'options';
const RECENT_KEY = 'recent';
const EXPORT_KEY = 'export';
const STITCH_KEY = 'stitch';
const BOOKMARKS_KEY = 'bookmarks';
/** Models of which choices and options are kept; the longest unused are forgotten. */
const MAX_MODELS = 200;
const MAX_RECENT = 20;

/** The part of VS Code's storage that is used. */
type Storage = Pick<vscode.Memento, 'get' | 'update'>;
type ByPath = Readonly<Record<string, unknown>>;

/**
 * What is remembered of models, by the path of their canonical file: choices and recent models everywhere,
 * reading options and bookmarks in the workspace.
 */
export class ModelMemory {
  constructor(
    private readonly everywhere: Storage,
    private readonly workspace: Storage,
    private readonly tokensPerRow: () => number,
  ) {}

  choices(path: string): Choices {
    const stored = lookUp(this.everywhere, CHOICES_KEY, path);
    if (typeof stored !== 'object' || stored === null) return {};
    const { tokenizer, config, base } = stored as Record<string, unknown>;
    return {
      ...(typeof tokenizer === 'string' ? { tokenizer } : {}),
      ...(typeof config === 'string' ? { config } : {}),
      ...(typeof base === 'string' ? { base } : {}),
    };
  }

  async setChoices(path: string, choices: Choices): Promise<void> {
    const none = Object.values(choices).every((choice) => choice === undefined);
    await keep(this.everywhere, CHOICES_KEY, path, none ? undefined : choices);
  }

  /** What is read where nothing else was chosen. */
  get defaultOptions(): ReadingOptions {
    return { ...DEFAULT_VIEW_OPTIONS, k: this.tokensPerRow() };
  }

  options(path: string): ReadingOptions {
    return readStoredOptions(lookUp(this.workspace, OPTIONS_KEY, path), this.defaultOptions);
  }

  async setOptions(path: string, options: ReadingOptions): Promise<void> {
    await keep(this.workspace, OPTIONS_KEY, path, options);
  }

  /** How and where was exported last. */
  exportChoice(): ExportChoice {
    const { ending, folder } = (this.everywhere.get<unknown>(EXPORT_KEY) ?? {}) as Record<
      string,
      unknown
    >;
    const known = [...EXPORT_FORMATS, ...COMPARISON_FORMATS].find(
      (format) => format.ending === ending,
    );
    return {
      ...(known === undefined ? {} : { ending: known.ending }),
      ...(typeof folder === 'string' ? { folder } : {}),
    };
  }

  async setExportChoice(choice: ExportChoice): Promise<void> {
    await this.everywhere.update(EXPORT_KEY, choice);
  }

  /** What a pair was stitched of last. */
  stitchChoice(): StitchChoice {
    const { classifier, base, recipe } = (this.workspace.get<unknown>(STITCH_KEY) ?? {}) as Record<
      string,
      unknown
    >;
    const known = readRecipe(recipe);
    return {
      ...(typeof classifier === 'string' ? { classifier } : {}),
      ...(typeof base === 'string' ? { base } : {}),
      ...(known === undefined ? {} : { recipe: known }),
    };
  }

  async setStitchChoice(choice: StitchChoice): Promise<void> {
    await this.workspace.update(STITCH_KEY, choice);
  }

  bookmarks(path: string): readonly Bookmark[] {
    const stored = lookUp(this.workspace, BOOKMARKS_KEY, path);
    return Array.isArray(stored) ? stored.filter(isBookmark).slice(0, MAX_BOOKMARKS) : [];
  }

  async setBookmarks(path: string, bookmarks: readonly Bookmark[]): Promise<void> {
    await keep(this.workspace, BOOKMARKS_KEY, path, bookmarks.length === 0 ? undefined : bookmarks);
  }

  /** The last one first. */
  recent(): readonly RecentModel[] {
    const stored = this.everywhere.get<unknown>(RECENT_KEY);
    return Array.isArray(stored) ? stored.filter(isRecent) : [];
  }

  async addRecent({ path, name }: RecentModel): Promise<void> {
    const others = this.recent().filter((model) => model.path !== path);
    await this.everywhere.update(RECENT_KEY, [{ path, name }, ...others].slice(0, MAX_RECENT));
  }

  async removeRecent(path: string): Promise<void> {
    await this.everywhere.update(
      RECENT_KEY,
      this.recent().filter((model) => model.path !== path),
    );
  }
}

function byPath(storage: Storage, key: string): ByPath {
  const stored = storage.get<unknown>(key);
  return typeof stored === 'object' && stored !== null ? (stored as ByPath) : {};
}

function lookUp(storage: Storage, key: string, path: string): unknown {
  const all = byPath(storage, key);
  return Object.hasOwn(all, path) ? all[path] : undefined;
}

/** Stores a value under a path, as the last used one; undefined: removes it. */
async function keep(storage: Storage, key: string, path: string, value: unknown): Promise<void> {
  const others = Object.entries(byPath(storage, key)).filter(([other]) => other !== path);
  const entries = value === undefined ? others : [...others, [path, value] as const];
  await storage.update(key, Object.fromEntries(entries.slice(-MAX_MODELS)));
}

function isBookmark(value: unknown): value is Bookmark {
  if (typeof value !== 'object' || value === null) return false;
  const { component, note } = value as Record<string, unknown>;
  return typeof component === 'string' && typeof note === 'string';
}

function isRecent(value: unknown): value is RecentModel {
  if (typeof value !== 'object' || value === null) return false;
  const { path, name } = value as Record<string, unknown>;
  return typeof path === 'string' && typeof name === 'string';
}
