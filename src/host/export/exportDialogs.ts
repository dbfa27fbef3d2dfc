import path from 'node:path';
import * as vscode from 'vscode';
import { EXPORT_FORMATS, type ExportEnding } from '../../protocol/export';
import type { ModelMemory } from '../models/modelMemory';
import type { OpenModel } from '../models/openModel';
import { fileNameOf, type ExportOffer } from './exportOffers';

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

/** Asks for the form; the last one chosen comes first. */
export async function chooseEnding(memory: ModelMemory): Promise<ExportEnding | undefined> {
  const { ending: last } = memory.exportChoice();
  const items = EXPORT_FORMATS.map(({ ending, name, purpose }) => ({
    label: name,
    description: `.${ending}`,
    detail: vscode.l10n.t(purpose),
    ending,
  })).sort((a, b) => Number(b.ending === last) - Number(a.ending === last));
  const chosen = await vscode.window.showQuickPick(items, {
    title: vscode.l10n.t('Export readings'),
    placeHolder: vscode.l10n.t('In which form?'),
  });
  return chosen?.ending;
}

/** Asks where to write, in the folder that was chosen last. */
export async function chooseFile(
  model: OpenModel,
  offer: ExportOffer,
  ending: ExportEnding,
  memory: ModelMemory,
): Promise<vscode.Uri | undefined> {
  const folder =
    memory.exportChoice().folder ??
    vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ??
    path.dirname(model.path);
  const { name } = EXPORT_FORMATS.find((format) => format.ending === ending) ?? { name: ending };
  const uri = await vscode.window.showSaveDialog({
    title: vscode.l10n.t('Export readings'),
    saveLabel: vscode.l10n.t('Export'),
    defaultUri: vscode.Uri.file(path.join(folder, fileNameOf(model.summary.name, offer, ending))),
    filters: { [name]: [ending] },
  });
  return uri === undefined ? undefined : withEnding(uri, ending);
}

/** A name without a known ending takes that of the form. */
function withEnding(uri: vscode.Uri, ending: ExportEnding): vscode.Uri {
  const known = EXPORT_FORMATS.some((format) =>
    uri.path.toLowerCase().endsWith(`.${format.ending}`),
  );
  return known ? uri : uri.with({ path: `${uri.path}.${ending}` });
}
