import * as vscode from 'vscode';
import { chooseFileCommand } from './chooseFile';

/** *Choose tokenizer…*: for a model that has none, or a wrong one. */
export const chooseTokenizer = chooseFileCommand('vocabscope.chooseTokenizer', () => ({
  choice: 'tokenizer',
  title: vscode.l10n.t('Choose a tokenizer'),
  endings: ['json', 'model', 'txt'],
  isChosen: ({ chosenTokenizer }) => chosenTokenizer,
  offered: ({ offeredTokenizer }) => offeredTokenizer,
}));
