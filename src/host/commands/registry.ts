import * as vscode from 'vscode';
import type { Host } from '../host';
import { chooseConfig } from './chooseConfig';
import { chooseTokenizer } from './chooseTokenizer';
import { clearCache } from './clearCache';
import { closeModel } from './closeModel';
import type { Command } from './command';
import { copyId } from './copyId';
import { focusPanel } from './focusPanel';
import { goToComponent } from './goToComponent';
import { inspect } from './inspect';
import { open } from './open';
import { openRecent } from './openRecent';
import { openSample } from './openSample';
import { refresh } from './refresh';
import { restartEngine } from './restartEngine';
import { revealInTree } from './revealInTree';
import { searchToken } from './searchToken';
import { showComponent } from './showComponent';
import { showLog } from './showLog';
import { showMoreRows } from './showMoreRows';
import { useOfferedConfig, useOfferedTokenizer } from './useOffered';

const COMMANDS: readonly Command[] = [
  chooseConfig,
  chooseTokenizer,
  clearCache,
  closeModel,
  copyId,
  focusPanel,
  goToComponent,
  inspect,
  open,
  openRecent,
  openSample,
  refresh,
  restartEngine,
  revealInTree,
  searchToken,
  showComponent,
  showLog,
  showMoreRows,
  useOfferedConfig,
  useOfferedTokenizer,
];

/** Registers every command. What one throws is shown. */
export function registerCommands(host: Host): vscode.Disposable {
  const registered = COMMANDS.map(({ id, run }) =>
    vscode.commands.registerCommand(id, async (...args: readonly unknown[]) => {
      try {
        await run(host, ...args);
      } catch (error) {
        void host.messages.answer(error);
      }
    }),
  );
  return vscode.Disposable.from(...registered);
}
