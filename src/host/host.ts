import type * as vscode from 'vscode';
import type { Messages } from './base/messages';
import type { EngineSupervisor } from './engine/supervisor';
import type { Links } from './links/links';
import type { Bookmarks } from './models/bookmarks';
import type { ModelMemory } from './models/modelMemory';
import type { OpenModels } from './models/openModels';
import type { WorkspaceModels } from './models/workspaceModels';
import type { Panels } from './panel/panels';
import type { Settings } from './settings';
import type { ModelTree } from './tree/modelTree';

/** Everything that commands work with: made once, at activation. */
export interface Host {
  readonly extensionUri: vscode.Uri;
  readonly log: vscode.LogOutputChannel;
  readonly messages: Messages;
  readonly engine: EngineSupervisor;
  readonly memory: ModelMemory;
  readonly bookmarks: Bookmarks;
  readonly models: OpenModels;
  readonly workspaceModels: WorkspaceModels;
  readonly panels: Panels;
  readonly links: Links;
  readonly tree: ModelTree;
  readonly settings: () => Settings;
}
