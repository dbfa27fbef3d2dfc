import * as vscode from 'vscode';
import type { PanelLocation } from '../../protocol/panelApi';
import { Disposable } from '../base/disposable';
import { EngineFailure } from '../engine/engineFailure';
import type { OpenModel } from '../models/openModel';
import type { OpenModels } from '../models/openModels';
import { CheckpointPanel, type PanelServices } from './checkpointPanel';

/** The editor for files that are models and nothing else. */
const CHECKPOINT_VIEW = 'vocabscope.checkpoint';
/** The same for files that people also read as text: only on request, and it leads to the other one. */
const OPTIONAL_VIEW = 'vocabscope.checkpoint.optional';

/** Where a panel moved to. */
export interface PanelMove {
  readonly panel: CheckpointPanel;
  readonly location: PanelLocation;
}

/** Keys of VS Code's that are for a panel's page hold only while it has the focus. */
const FOCUSED_KEY = 'vocabscope.panelFocused';

/** How a panel is shown. */
export interface ShowOptions {
  readonly preserveFocus?: boolean;
  /** In a panel of its own, in the editor group beside. */
  readonly beside?: boolean;
}

/** All panels: one per model, and those that were opened beside it. They are editors of the model's canonical file. */
export class Panels extends Disposable implements vscode.CustomReadonlyEditorProvider {
  readonly #panels = new Set<CheckpointPanel>();
  readonly #moved = this.register(new vscode.EventEmitter<PanelMove>());
  /** Where panels begin that are about to open, by their file. */
  readonly #starts = new Map<string, PanelLocation>();
  #active: CheckpointPanel | undefined;

  constructor(
    private readonly models: OpenModels,
    private readonly services: PanelServices,
  ) {
    super();
    this.register(
      models.onDidClose((model) => {
        for (const panel of this.all) if (panel.model === model) panel.view.dispose();
      }),
    );
    this.#provide(CHECKPOINT_VIEW, this);
    this.#provide(OPTIONAL_VIEW, {
      openCustomDocument: (uri) => this.openCustomDocument(uri),
      resolveCustomEditor: async (document, view) => this.#lead(document.uri, view),
    });
  }

  readonly onDidMove = this.#moved.event;

  get all(): readonly CheckpointPanel[] {
    return [...this.#panels];
  }

  /** The panel that has or last had the focus. */
  get active(): CheckpointPanel | undefined {
    return this.#active;
  }

  /** The panel of a model that was last in front. */
  forModel(model: OpenModel): CheckpointPanel | undefined {
    return this.all.findLast((panel) => panel.model === model);
  }

  /** Shows a model's panel at that component, opening it where there is none. */
  async show(
    model: OpenModel,
    location?: PanelLocation,
    { preserveFocus = false, beside = false }: ShowOptions = {},
  ): Promise<void> {
    const last = this.forModel(model);
    const panel = beside ? this.#otherThan(last) : last;
    if (panel !== undefined) {
      panel.show(location, preserveFocus);
      return;
    }
    if (location !== undefined) this.#starts.set(model.path, location);
    const viewColumn = beside && last !== undefined ? vscode.ViewColumn.Beside : undefined;
    await openEditor(model.uri, {
      preserveFocus,
      ...(viewColumn === undefined ? {} : { viewColumn }),
    });
  }

  /** The panel of the same model in another editor group. */
  #otherThan(panel: CheckpointPanel | undefined): CheckpointPanel | undefined {
    return this.all.findLast(
      ({ model, view }) =>
        panel !== undefined && model === panel.model && view.viewColumn !== panel.view.viewColumn,
    );
  }

  openCustomDocument(uri: vscode.Uri): vscode.CustomDocument {
    return { uri, dispose: () => undefined };
  }

  resolveCustomEditor({ uri }: vscode.CustomDocument, view: vscode.WebviewPanel): void {
    const start = this.#starts.get(uri.fsPath) ?? null;
    this.#starts.delete(uri.fsPath);
    const open = (): Promise<OpenModel> => this.#open(uri, view);
    const panel = new CheckpointPanel({ view, open, start }, this.services);
    this.#panels.add(panel);
    panel.onDidMove((location) => this.#moved.fire({ panel, location }));
    panel.onDidFocus((focused) => {
      void vscode.commands.executeCommand('setContext', FOCUSED_KEY, focused);
    });
    const follow = (): void => {
      if (!view.active) return;
      this.#active = panel;
      // The last one is the one that was last in front.
      this.#panels.delete(panel);
      this.#panels.add(panel);
    };
    follow();
    view.onDidChangeViewState(follow);
    view.onDidDispose(() => {
      this.#panels.delete(panel);
      if (this.#active === panel) this.#active = undefined;
      panel.dispose();
    });
  }

  /** Opens the model of a tab; where another file stands for it, that file's tab takes this one's place. */
  async #open(uri: vscode.Uri, view: vscode.WebviewPanel): Promise<OpenModel> {
    if (uri.scheme !== 'file') {
      throw new EngineFailure(
        'unsupportedFormat',
        vscode.l10n.t(
          'VocabScope reads files on disk, and {0} is none: open the file itself.',
          uri.toString(true),
        ),
      );
    }
    const model = await this.models.open(uri.fsPath);
    if (model.uri.toString() !== uri.toString()) await replace(view, model.uri);
    return model;
  }

  async #lead(uri: vscode.Uri, view: vscode.WebviewPanel): Promise<void> {
    const model = await this.models.open(uri.fsPath);
    await replace(view, model.uri);
  }

  #provide(viewType: string, provider: vscode.CustomReadonlyEditorProvider): void {
    this.register(
      vscode.window.registerCustomEditorProvider(viewType, provider, {
        webviewOptions: { retainContextWhenHidden: false, enableFindWidget: false },
        supportsMultipleEditorsPerDocument: true,
      }),
    );
  }
}

async function openEditor(uri: vscode.Uri, options: vscode.TextDocumentShowOptions): Promise<void> {
  await vscode.commands.executeCommand('vscode.openWith', uri, CHECKPOINT_VIEW, options);
}

async function replace(view: vscode.WebviewPanel, uri: vscode.Uri): Promise<void> {
  const { viewColumn } = view;
  await openEditor(uri, viewColumn === undefined ? {} : { viewColumn });
  view.dispose();
}
