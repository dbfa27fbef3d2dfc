import path from 'node:path';
import * as vscode from 'vscode';
import type { ExportForm } from '../../protocol/export';
import { EngineFailure } from '../engine/engineFailure';
import type { Host } from '../host';
import type { ModelMemory } from '../models/modelMemory';
import type { OpenModel } from '../models/openModel';
import type { ExportOffer } from './exportOffers';
import { targetFile } from './targetFile';

/** What the offers are called in a list. */
function offerItem(offer: ExportOffer): vscode.QuickPickItem {
  switch (offer.what) {
    case 'selected':
      return { label: vscode.l10n.t('Rows selected or listed'), description: rows(offer.count) };
    case 'row':
      return { label: offer.components[0], description: vscode.l10n.t('this row') };
    case 'head':
      return { label: offer.components[0], description: vscode.l10n.t('this head') };
    case 'table':
      return { label: offer.table, description: rows(offer.count) };
    case 'layers':
      return { label: vscode.l10n.t('All layers'), description: rows(offer.count) };
    case 'model':
      return {
        label: vscode.l10n.t('Whole model'),
        description: vscode.l10n.t('{0}, embeddings too', rows(offer.count)),
      };
    case 'heads':
      return {
        label: vscode.l10n.t('All heads'),
        description: vscode.l10n.t('the best pairs of {0} matrices', number(offer.count)),
      };
  }
}

function number(value: number): string {
  return value.toLocaleString(vscode.env.language);
}

function rows(count: number): string {
  return count === 1 ? vscode.l10n.t('1 row') : vscode.l10n.t('{0} rows', number(count));
}

/** Asks what to export. */
export async function chooseOffer(
  offers: readonly ExportOffer[],
  { summary }: OpenModel,
): Promise<ExportOffer | undefined> {
  const items = offers.map((offer) => ({ ...offerItem(offer), offer }));
  const chosen = await vscode.window.showQuickPick(items, {
    title: vscode.l10n.t('Export readings of {0}', summary.name),
    placeHolder: vscode.l10n.t('What is to be exported?'),
  });
  return chosen?.offer;
}

/** What is written, and the forms in which it can be. */
interface TargetWish {
  readonly title: string;
  readonly model: OpenModel;
  readonly forms: readonly ExportForm[];
  /** The name that is offered, in a form. */
  readonly nameOf: (ending: string) => string;
}

/**
 * Asks in which form and where to write; both are remembered.
 * @returns the path of the file; undefined where nothing was chosen
 * @throws EngineFailure for a place that is not on the disk
 */
export async function chooseTarget(
  wish: TargetWish,
  memory: ModelMemory,
): Promise<string | undefined> {
  const form = await chooseForm(wish, memory);
  if (form === undefined) return undefined;
  const uri = await chooseFile(wish, form, memory);
  if (uri === undefined) return undefined;
  const { forms } = wish;
  const file = await targetFile(fileOf(uri), { ending: form.ending, forms }, mayOverwrite);
  if (file === undefined) return undefined;
  await memory.setExportChoice({ ending: form.ending, folder: path.dirname(file) });
  return file;
}

/** The last one chosen comes first. */
async function chooseForm(
  { forms, title }: TargetWish,
  memory: ModelMemory,
): Promise<ExportForm | undefined> {
  const { ending: last } = memory.exportChoice();
  const items = forms
    .map((form) => ({
      label: form.name,
      description: `.${form.ending}`,
      detail: vscode.l10n.t(form.purpose),
      form,
    }))
    .sort((a, b) => Number(b.form.ending === last) - Number(a.form.ending === last));
  const chosen = await vscode.window.showQuickPick(items, {
    title,
    placeHolder: vscode.l10n.t('In which form?'),
  });
  return chosen?.form;
}

/** In the folder that was chosen last. */
async function chooseFile(
  { title, model, nameOf }: TargetWish,
  { name, ending }: ExportForm,
  memory: ModelMemory,
): Promise<vscode.Uri | undefined> {
  const folder =
    memory.exportChoice().folder ??
    vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ??
    path.dirname(model.path);
  return vscode.window.showSaveDialog({
    title,
    saveLabel: vscode.l10n.t('Export'),
    defaultUri: vscode.Uri.file(path.join(folder, nameOf(ending))),
    filters: { [name]: [ending] },
  });
}

async function mayOverwrite(file: string): Promise<boolean> {
  const overwrite = vscode.l10n.t('Overwrite');
  const chosen = await vscode.window.showWarningMessage(
    vscode.l10n.t('{0} exists already. Overwrite it?', path.basename(file)),
    { modal: true, detail: vscode.l10n.t('It is in {0}.', path.dirname(file)) },
    overwrite,
  );
  return chosen === overwrite;
}

function fileOf(uri: vscode.Uri): string {
  if (uri.scheme !== 'file') {
    throw new EngineFailure(
      'unwritable',
      vscode.l10n.t(
        'VocabScope writes files on disk, and {0} is none: choose a place on the disk.',
        uri.toString(true),
      ),
    );
  }
  return uri.fsPath;
}

/** Says that something was written, and opens it if that is wished. */
export async function offerToOpen(host: Host, sentence: string, file: string): Promise<void> {
  const open = vscode.l10n.t('Open File');
  const chosen = await vscode.window.showInformationMessage(sentence, open);
  if (chosen !== open) return;
  try {
    await vscode.commands.executeCommand('vscode.open', vscode.Uri.file(file));
  } catch (error) {
    await host.messages.answer(error);
  }
}
