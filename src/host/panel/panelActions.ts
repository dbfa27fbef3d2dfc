import * as vscode from 'vscode';
import {
  STITCH_PARTS,
  type PanelAction,
  type PanelExport,
  type StitchPart,
} from '../../protocol/panelApi';
import type { CheckpointPanel } from './checkpointPanel';

/** The command behind each button of the page. *Reload* of a panel without a model tries to open it again. */
const COMMANDS: Readonly<Record<Exclude<PanelAction, StitchPart | 'reloadOthers'>, string>> = {
  chooseTokenizer: 'vocabscope.chooseTokenizer',
  chooseConfig: 'vocabscope.chooseConfig',
  chooseBase: 'vocabscope.compareWithBase',
  useOfferedTokenizer: 'vocabscope.useOfferedTokenizer',
  useOfferedConfig: 'vocabscope.useOfferedConfig',
  reload: 'vocabscope.refresh',
  showLog: 'vocabscope.showLog',
  exportBookmarks: 'vocabscope.exportBookmarks',
  copyLink: 'vocabscope.copyLink',
  findInOther: 'vocabscope.findInOther',
  openFile: 'vocabscope.open',
  openSample: 'vocabscope.openSample',
};

/** Does what a button of a panel asks for. */
export function actForPanel(action: PanelAction, panel: CheckpointPanel): void {
  const part = STITCH_PARTS.find((name) => name === action);
  if (part !== undefined) {
    void vscode.commands.executeCommand('vocabscope.stitch', { panel, part });
  } else if (panel.model === undefined && action === 'reload') {
    void vscode.commands.executeCommand('vocabscope.restartEngine');
  } else if (action === 'reloadOthers') {
    for (const other of panel.staleOthers) {
      void vscode.commands.executeCommand(COMMANDS.reload, other);
    }
  } else if (action === 'copyLink' || action === 'findInOther') {
    // Of what the panel in front shows, not of the model.
    void vscode.commands.executeCommand(COMMANDS[action]);
  } else if (Object.hasOwn(COMMANDS, action)) {
    void vscode.commands.executeCommand(COMMANDS[action as keyof typeof COMMANDS], panel.model);
  }
}

/** Asks how and where to write what a panel shows. */
export function exportForPanel(wanted: PanelExport, { model }: CheckpointPanel): void {
  if (model !== undefined) {
    void vscode.commands.executeCommand('vocabscope.export', { model, ...wanted });
  }
}

/** Asks where to write a stitched model of the pair that a panel shows. */
export function exportStitchedForPanel(wish: unknown, panel: CheckpointPanel): void {
  void vscode.commands.executeCommand('vocabscope.stitch', { panel, wish });
}
