import * as vscode from 'vscode';
import { messageOf } from '../../core/errors';
import { ComponentFinder } from '../../core/model/findComponents';
import { ROW_KIND_INFO } from '../../core/model/rowKinds';
import type { ModelSummary } from '../../protocol/modelSummary';
import { kindOf, locate } from '../models/location';
import type { Command } from './command';
import { targetOf } from './target';

const MAX_OFFERED = 50;

/** Something to go to, or, without an id, why there is nothing. */
interface Item extends vscode.QuickPickItem {
  readonly id?: string;
}

/** What was chosen, and where it is to be shown. */
interface Choice {
  readonly id: string;
  readonly beside: boolean;
}

/** *Go to component…*: by any part of its id: `3v907` finds `L3.FF.V[907]`. */
export const goToComponent: Command = {
  id: 'vocabscope.goToComponent',
  async run(host, argument) {
    const target = await targetOf(host, argument);
    if (target === undefined) return;
    const { summary } = target.model;
    const choice = await choose(summary, target.component);
    if (choice === undefined) return;
    const { id, beside } = choice;
    await host.panels.show(target.model, locate(id, summary), { beside });
  },
};

function choose(summary: ModelSummary, shown: string | undefined): Promise<Choice | undefined> {
  const finder = new ComponentFinder(summary);
  const pick = vscode.window.createQuickPick<Item>();
  pick.title = vscode.l10n.t('Go to a component of {0}', summary.name);
  pick.placeholder = vscode.l10n.t('Any part of an id: L3.FF.K[907], 3v907, L3.H7.O, E[262]');
  pick.value = shown ?? '';
  const offer = (): void => {
    pick.items = itemsFor(pick.value, summary, finder);
  };
  offer();
  return new Promise((resolve) => {
    const end = (choice: Choice | undefined): void => {
      resolve(choice);
      pick.hide();
    };
    pick.onDidChangeValue(offer);
    pick.onDidAccept(() => {
      const [item] = pick.selectedItems;
      if (item?.id !== undefined) end({ id: item.id, beside: false });
    });
    pick.onDidTriggerItemButton(({ item: { id } }) => {
      if (id !== undefined) end({ id, beside: true });
    });
    pick.onDidHide(() => {
      resolve(undefined);
      pick.dispose();
    });
    pick.show();
  });
}

function itemsFor(typed: string, summary: ModelSummary, finder: ComponentFinder): readonly Item[] {
  const ids =
    typed.trim() === ''
      ? summary.matrices.map(({ id }) => id).slice(0, MAX_OFFERED)
      : finder.find(typed, MAX_OFFERED);
  if (ids.length === 0) return [{ label: whyNone(typed, summary), alwaysShow: true }];
  const buttons = [
    {
      iconPath: new vscode.ThemeIcon('split-horizontal'),
      tooltip: vscode.l10n.t('Open to the side'),
    },
  ];
  // Found here: VS Code's own filter would leave out what is not a part of the id.
  return ids.map((id) => ({
    ...{ id, label: id, alwaysShow: true, buttons },
    description: describe(id),
  }));
}

function describe(id: string): string {
  const kind = kindOf(id);
  return kind === undefined
    ? vscode.l10n.t('attention head')
    : vscode.l10n.t(ROW_KIND_INFO[kind].plural);
}

function whyNone(typed: string, summary: ModelSummary): string {
  if (summary.shape === null) {
    return vscode.l10n.t(
      'The architecture of {0} is not known: nothing in it has a name.',
      summary.name,
    );
  }
  try {
    locate(typed, summary);
    return typed;
  } catch (error) {
    return messageOf(error);
  }
}
