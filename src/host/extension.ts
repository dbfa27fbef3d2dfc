import path from 'node:path';
import * as vscode from 'vscode';
import { liveDisposables } from './base/disposable';
import { Messages } from './base/messages';
import { chooseCheckpoint } from './commands/chooseCheckpoint';
import { registerCommands } from './commands/registry';
import { forkEngine } from './engine/engineProcess';
import { EngineSupervisor } from './engine/supervisor';
import type { Host } from './host';
import { Links } from './links/links';
import { Bookmarks } from './models/bookmarks';
import { ModelMemory } from './models/modelMemory';
import { OpenModels } from './models/openModels';
import { WorkspaceModels } from './models/workspaceModels';
import { actForPanel, exportForPanel, exportStitchedForPanel } from './panel/panelActions';
import { Panels } from './panel/panels';
import { readPicture, savePicture } from './panel/savePicture';
import { isSample } from './sample';
import {
  ENGINE_SETTINGS,
  engineSettings,
  readSettings,
  SETTINGS_SECTION,
  type Settings,
} from './settings';
import { WorkStatus } from './status/workStatus';
import { ModelTree } from './tree/modelTree';

/** Commands about open models are offered only where there are any. */
const HAS_MODELS_KEY = 'vocabscope.hasModels';

/** What integration tests look at. */
export interface ExtensionExports {
  readonly host: Host;
  readonly liveDisposables: () => number;
}

/** Registers everything; starts no process and reads no model. */
export function activate(context: vscode.ExtensionContext): ExtensionExports {
  const host = createHost(context);
  context.subscriptions.push(
    host.engine,
    host.models,
    host.panels,
    host.links,
    host.tree,
    host.workspaceModels,
    new WorkStatus(host.engine, host.models),
    registerCommands(host),
    host.models.onDidOpen((model) => {
      if (!isSample(context.extensionUri, model.uri)) {
        void host.memory.addRecent({ path: model.path, name: model.summary.name });
      }
    }),
    host.models.onDidChange(() => {
      const open = host.models.all.length > 0;
      void vscode.commands.executeCommand('setContext', HAS_MODELS_KEY, open);
    }),
    host.panels.onDidMove(({ panel, location }) => {
      if (panel.model === undefined || panel !== host.panels.active) return;
      void host.tree.follow(panel.model, location.component);
    }),
    vscode.workspace.onDidChangeConfiguration((change) => {
      const affected = ENGINE_SETTINGS.some((name) =>
        change.affectsConfiguration(`${SETTINGS_SECTION}.${name}`),
      );
      if (affected) host.engine.restart();
    }),
  );
  return { host, liveDisposables };
}

function createHost(context: vscode.ExtensionContext): Host {
  const { extensionUri } = context;
  const log = vscode.window.createOutputChannel('VocabScope', { log: true });
  context.subscriptions.push(log);
  const settings = (): Settings => {
    const configuration = vscode.workspace.getConfiguration(SETTINGS_SECTION);
    return readSettings((key) => configuration.get(key));
  };
  const engineModule = vscode.Uri.joinPath(extensionUri, 'dist', 'engine.js').fsPath;
  const cache = path.join(context.globalStorageUri.fsPath, 'cache');
  const engine = new EngineSupervisor({
    start: () => forkEngine(engineModule, (line) => log.info(`[engine] ${line}`)),
    settings: () => engineSettings(settings(), cache),
    log: (line) => log.info(line),
  });
  const messages = new Messages(log);
  const memory = new ModelMemory(
    context.globalState,
    context.workspaceState,
    () => settings().tokensPerRow,
  );
  const bookmarks = new Bookmarks(memory);
  const workspaceModels = new WorkspaceModels(log);
  const models: OpenModels = new OpenModels(engine, memory, messages, log, (adapter) =>
    chooseCheckpoint(
      { engine, workspaceModels },
      vscode.l10n.t('Choose the model that the adapter {0} changes', adapter),
      { open: models.all },
    ),
  );
  const tree = new ModelTree(models, engine, log);
  const panels: Panels = new Panels(models, {
    ...{ extensionUri, engine, memory, bookmarks },
    ...{ act: actForPanel, export: exportForPanel },
    exportStitched: exportStitchedForPanel,
    onScanned: (model, matrix) => tree.rereadWords(model, matrix),
    openModel: (path) => models.open(path),
    savePicture: (value, { model }) => {
      const picture = readPicture(value);
      if (picture === undefined || model === undefined) return;
      savePicture(picture, model).catch((error: unknown) => void messages.answer(error));
    },
    showOther: ({ path: other, location }) => {
      const shown = async (): Promise<void> =>
        panels.show(await models.open(other), location, { beside: true });
      shown().catch((error: unknown) => void messages.answer(error));
    },
    openBeside: (model, location) => void panels.show(model, location, { beside: true }),
  });
  const links = new Links(context.extension.id, models, panels, messages);
  return {
    ...{ extensionUri, log, messages, engine, memory, bookmarks },
    ...{ models, workspaceModels, panels, links, tree, settings },
  };
}
