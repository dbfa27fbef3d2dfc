import path from 'node:path';
import * as vscode from 'vscode';
import type { ModelSummary } from '../../protocol/modelSummary';
import type { Host } from '../host';
import type { Choices } from '../models/modelMemory';
import type { Command } from './command';
import { targetOf } from './target';

/** How one of the files that a model can be given is chosen. */
interface Chooser {
  readonly choice: Exclude<keyof Choices, 'base'>;
  readonly title: string;
  /** Endings of the files, without dots. */
  readonly endings: readonly string[];
  /** Whether the file in use was chosen by hand. */
  readonly isChosen: (summary: ModelSummary) => boolean;
  /** A file beside the model that fits. */
  readonly offered: (summary: ModelSummary) => string | null;
}

/** What a chosen item means: undefined: the file that is found by itself. */
interface Item extends vscode.QuickPickItem {
  readonly pick: () => Thenable<{ file: string | undefined } | undefined>;
}

/** A command that gives a model a file to stand in for a missing or wrong one; it is remembered. */
export function chooseFileCommand(id: Command['id'], chooser: () => Chooser): Command {
  return {
    id,
    async run(host, argument) {
      const target = await targetOf(host, argument);
      if (target === undefined) return;
      const { choice, ...rest } = chooser();
      const picked = await pickFile({ choice, ...rest }, target.model.summary);
      if (picked === undefined) return;
      await choose(host, target.model, { [choice]: picked.file });
    },
  };
}

/** Opens a model with other choices; those that are not named stay. @throws EngineFailure */
export async function choose(
  host: Host,
  model: Parameters<Host['models']['reload']>[0],
  change: { readonly [K in keyof Choices]?: string | undefined },
): Promise<void> {
  const { tokenizer, config, base } = { ...host.memory.choices(model.path), ...change };
  await host.models.reload(model, {
    ...(base === undefined ? {} : { base }),
    ...(tokenizer === undefined ? {} : { tokenizer }),
    ...(config === undefined ? {} : { config }),
  });
}

async function pickFile(
  chooser: Chooser,
  summary: ModelSummary,
): Promise<{ file: string | undefined } | undefined> {
  const offered = chooser.offered(summary);
  const browse: Item = {
    label: vscode.l10n.t('Choose a file…'),
    pick: () => browseFile(chooser, summary),
  };
  const items: Item[] = [
    ...(offered === null
      ? []
      : [
          {
            label: vscode.l10n.t('Use {0}', path.basename(offered)),
            description: path.dirname(offered),
            pick: () => Promise.resolve({ file: offered }),
          },
        ]),
    browse,
    ...(chooser.isChosen(summary)
      ? [
          {
            label: vscode.l10n.t('Forget the choice'),
            description: vscode.l10n.t('use what lies beside the weights'),
            pick: () => Promise.resolve({ file: undefined }),
          },
        ]
      : []),
  ];
  if (items.length === 1) return browse.pick();
  const chosen = await vscode.window.showQuickPick(items, { placeHolder: chooser.title });
  return chosen?.pick();
}

async function browseFile(
  { title, endings }: Chooser,
  summary: ModelSummary,
): Promise<{ file: string } | undefined> {
  const [uri] =
    (await vscode.window.showOpenDialog({
      title,
      openLabel: vscode.l10n.t('Choose'),
      defaultUri: vscode.Uri.file(path.dirname(summary.canonicalPath)),
      filters: { [title]: [...endings] },
    })) ?? [];
  return uri === undefined ? undefined : { file: uri.fsPath };
}
