import * as vscode from 'vscode';
import type { Host } from '../host';
import { alignWith } from './alignWith';
import { bookmark } from './bookmark';
import { chooseConfig } from './chooseConfig';
import { chooseTokenizer } from './chooseTokenizer';
import { clearCache } from './clearCache';
import { closeModel } from './closeModel';
import type { Command } from './command';
import { compareWithBase } from './compareWithBase';
import { copyId } from './copyId';
import { copyLink } from './copyLink';
import { exportReadings } from './exportReadings';
import { copyWords } from './copyWords';
import { exportBookmarks } from './exportBookmarks';
import { clearTableFilter, filterTable } from './filterTable';
import { findInOther } from './findInOther';
import { focusPanel } from './focusPanel';
import { goToComponent } from './goToComponent';
import { inspect } from './inspect';
import { open } from './open';
import { openBeside } from './openBeside';
import { openRecent } from './openRecent';
import { openSample } from './openSample';
import { back, filterPage, forward, selectRows } from './pressKey';
import { overTraining } from './overTraining';
import { refresh } from './refresh';
import { removeBookmark } from './removeBookmark';
import { restartEngine } from './restartEngine';
import { revealInTree } from './revealInTree';
import { searchToken } from './searchToken';
import { showBookmarks } from './showBookmarks';
import { showComponent } from './showComponent';
import { showLog } from './showLog';
import { showMoreRows } from './showMoreRows';
import { stitch } from './stitch';
import { useOfferedConfig, useOfferedTokenizer } from './useOffered';

const COMMANDS: readonly Command[] = [
  alignWith,
  back,
  bookmark,
  chooseConfig,
  chooseTokenizer,
  clearCache,
  clearTableFilter,
  closeModel,
  compareWithBase,
  copyId,
  copyLink,
  copyWords,
  exportBookmarks,
  filterPage,
  exportReadings,
  filterTable,
  findInOther,
  focusPanel,
  forward,
  goToComponent,
  inspect,
  open,
  openBeside,
  openRecent,
  openSample,
  overTraining,
  refresh,
  removeBookmark,
  restartEngine,
  revealInTree,
  searchToken,
  selectRows,
  showBookmarks,
  showComponent,
  showLog,
  showMoreRows,
  stitch,
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
