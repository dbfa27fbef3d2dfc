import * as vscode from 'vscode';
import { chooseFileCommand } from './chooseFile';

/** *Choose config…*: for weights without a config.json, or with a wrong one. */
export const chooseConfig = chooseFileCommand('vocabscope.chooseConfig', () => ({
  choice: 'config',
  title: vscode.l10n.t('Choose a configuration'),
  endings: ['json'],
  isChosen: ({ chosenConfig }) => chosenConfig,
  offered: ({ offeredConfig }) => offeredConfig,
}));
