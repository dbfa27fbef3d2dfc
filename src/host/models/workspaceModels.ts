import path from 'node:path';
import * as vscode from 'vscode';
import { Disposable } from '../base/disposable';

/** Files that a model can be told by. A format that is added adds its ending. */
const WEIGHTS = '**/*.{safetensors,safetensors.index.json}';
/** More than this many files are not looked at: then the menu entry stays on every folder. */
const MAX_FILES = 5_000;
const SETTLES_MS = 500;
/** Menus of the Explorer ask for these. */
const SEARCHED_KEY = 'vocabscope.searched';
const PATHS_KEY = 'vocabscope.modelPaths';
const TRAININGS_KEY = 'vocabscope.trainingPaths';

/** Where models lie in the workspace: found by a search, kept by a watcher, told to the menus. */
export class WorkspaceModels extends Disposable {
  #folders: readonly string[] = [];
  #search: Promise<void> | undefined;

  constructor(private readonly log: vscode.LogOutputChannel) {
    super();
    const watcher = this.register(
      vscode.workspace.createFileSystemWatcher(WEIGHTS, false, true, false),
    );
    let timer: NodeJS.Timeout | undefined;
    this.register({ dispose: () => clearTimeout(timer) });
    const later = (): void => {
      clearTimeout(timer);
      timer = setTimeout(() => void this.search(), SETTLES_MS);
    };
    this.register(watcher.onDidCreate(later));
    this.register(watcher.onDidDelete(later));
    this.register(vscode.workspace.onDidChangeWorkspaceFolders(later));
    void this.search();
  }

  /** Folders that hold models, once the first search is over. */
  async folders(): Promise<readonly string[]> {
    await this.#search;
    return this.#folders;
  }

  /** Looks again. */
  async search(): Promise<void> {
    this.#search = this.#run().catch((error: unknown) => {
      this.log.warn(`The search for models in the workspace failed: ${String(error)}`);
    });
    await this.#search;
  }

  async #run(): Promise<void> {
    const files = await vscode.workspace.findFiles(WEIGHTS, undefined, MAX_FILES);
    if (this.isDisposed) return;
    const folders = new Set(files.map(({ fsPath }) => path.dirname(fsPath)));
    this.#folders = [...folders].sort();
    const paths = this.#folders
      .flatMap((folder) => [folder, path.join(folder, 'config.json')])
      .flatMap(menuPaths);
    const complete = files.length < MAX_FILES;
    const trainings = holdersOfSeveral(this.#folders).flatMap(menuPaths);
    await vscode.commands.executeCommand('setContext', PATHS_KEY, paths);
    await vscode.commands.executeCommand('setContext', TRAININGS_KEY, trainings);
    await vscode.commands.executeCommand('setContext', SEARCHED_KEY, complete);
  }
}

/** Folders in which several models lie side by side: they may be the steps of a training. */
function holdersOfSeveral(folders: readonly string[]): readonly string[] {
  const above = folders.map((folder) => path.dirname(folder));
  return [...new Set(above.filter((folder, at) => above.indexOf(folder) !== at))];
}

/** A path as menus may name it: as the system writes it and, on a remote machine, as in its URI. */
function menuPaths(file: string): readonly string[] {
  return [...new Set([file, vscode.Uri.file(file).path])];
}
