import * as vscode from 'vscode';
import { VocabScopeError } from '../../core/errors';
import { canBookmark } from '../../protocol/bookmarks';
import type { Host } from '../host';
import { OpenModel } from '../models/openModel';
import { TreeNode } from '../tree/treeNode';

/** What a command is about: a model and, where one is meant, a component of it. */
export interface Target {
  readonly model: OpenModel;
  readonly component: string | undefined;
}

/**
 * What a command is about: the line of the tree, the model or the place in a panel that it was given, else the panel
 * in front, else the only open model, else the one that is chosen. Undefined where nothing is open or chosen.
 */
export async function targetOf(host: Host, argument: unknown): Promise<Target | undefined> {
  if (argument instanceof TreeNode) {
    return { model: argument.model, component: argument.component };
  }
  if (argument instanceof OpenModel) return { model: argument, component: undefined };
  const panel = host.panels.active;
  if (panel?.model !== undefined) {
    return { model: panel.model, component: clicked(argument) ?? panel.location?.component };
  }
  const model = await chooseOpenModel(host);
  return model === undefined ? undefined : { model, component: undefined };
}

/** One component of a model that a command is about. */
export interface ComponentTarget {
  readonly model: OpenModel;
  readonly component: string;
}

/** What a reader can mark. @throws VocabScopeError where what the command was given is neither a row nor a head */
export function markableTargetOf(
  host: Host,
  argument: unknown,
): Promise<ComponentTarget | undefined> {
  return componentTargetOf(
    host,
    argument,
    canBookmark,
    vscode.l10n.t('This is about one row or head: open its page, or choose it in the tree.'),
  );
}

/** A row that a command is about. @throws VocabScopeError where what it was given is no row */
export function rowTargetOf(host: Host, argument: unknown): Promise<ComponentTarget | undefined> {
  return componentTargetOf(
    host,
    argument,
    (component) => component.includes('['),
    vscode.l10n.t('This is about one row: open the page of a row, or choose one in the tree.'),
  );
}

async function componentTargetOf(
  host: Host,
  argument: unknown,
  fits: (component: string) => boolean,
  refusal: string,
): Promise<ComponentTarget | undefined> {
  const target = await targetOf(host, argument);
  if (target === undefined) return undefined;
  const { model, component } = target;
  if (component !== undefined && fits(component)) return { model, component };
  throw new VocabScopeError('usage', refusal);
}

/** The component whose menu was opened in a panel: what its `data-vscode-context` says. */
function clicked(argument: unknown): string | undefined {
  if (typeof argument !== 'object' || argument === null) return undefined;
  const { component } = argument as { component?: unknown };
  return typeof component === 'string' ? component : undefined;
}

async function chooseOpenModel(host: Host): Promise<OpenModel | undefined> {
  const { all } = host.models;
  if (all.length === 1) return all[0];
  if (all.length === 0) {
    const open = vscode.l10n.t('Open…');
    const chosen = await vscode.window.showInformationMessage(
      vscode.l10n.t('No model is open. Open a checkpoint first.'),
      open,
    );
    if (chosen === open) await vscode.commands.executeCommand('vocabscope.open');
    return undefined;
  }
  const items = all.map((model) => ({
    label: model.summary.name,
    description: model.path,
    model,
  }));
  const chosen = await vscode.window.showQuickPick(items, {
    placeHolder: vscode.l10n.t('Choose a model'),
    matchOnDescription: true,
  });
  return chosen?.model;
}
