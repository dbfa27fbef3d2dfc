import path from 'node:path';
import * as vscode from 'vscode';
import type { ExportResult } from '../../protocol/export';
import type { PanelExport } from '../../protocol/panelApi';
import { EngineFailure } from '../engine/engineFailure';
import { chooseEnding, chooseFile, chooseOffer } from '../export/exportDialogs';
import { exportOffers } from '../export/exportOffers';
import { writeExport, type ExportTask } from '../export/writeExport';
import type { Host } from '../host';
import { OpenModel } from '../models/openModel';
import type { Command } from './command';
import { targetOf } from './target';

/** What the command can be given, by a panel, a key binding or another extension; the rest is asked. */
interface Given extends Partial<PanelExport> {
  readonly model?: OpenModel;
  /** What to export, and where: then nothing is asked. */
  readonly components?: readonly string[];
  readonly file?: string;
}

/** *Export readings…*: what, in which form and where are asked; a notification shows how far it is. */
export const exportReadings: Command = {
  id: 'vocabscope.export',
  async run(host, argument) {
    const task = await taskOf(host, argument);
    if (task === undefined) return;
    const written = await writeExport(host.engine, task);
    void offerToOpen(host, written, task);
  },
};

async function taskOf(host: Host, argument: unknown): Promise<ExportTask | undefined> {
  const given = (typeof argument === 'object' ? argument : null) as Given | null;
  const target =
    given?.model instanceof OpenModel
      ? { model: given.model, component: given.component ?? undefined }
      : await targetOf(host, argument);
  if (target === undefined) return undefined;
  const { model, component } = target;
  if (Array.isArray(given?.components) && typeof given.file === 'string') {
    return { model, components: given.components, file: given.file };
  }
  requireReadable(model);
  const selected = given?.selected ?? [];
  const offers = exportOffers(model.summary, { component: component ?? null, selected });
  const offer = await chooseOffer(offers, model);
  if (offer === undefined) return undefined;
  const ending = await chooseEnding(host.memory);
  if (ending === undefined) return undefined;
  const uri = await chooseFile(model, offer, ending, host.memory);
  if (uri === undefined) return undefined;
  const file = fileOf(uri);
  await host.memory.setExportChoice({ ending, folder: path.dirname(file) });
  return { model, components: offer.components, file };
}

function requireReadable({ summary }: OpenModel): void {
  if (summary.shape === null) {
    throw new EngineFailure(
      'unknownArchitecture',
      summary.architectureProblem ??
        vscode.l10n.t('The architecture of {0} is unknown.', summary.name),
    );
  }
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

async function offerToOpen(
  host: Host,
  { file, rows, directions, heads }: ExportResult,
  { model }: ExportTask,
): Promise<void> {
  const count = rows + directions + heads;
  const amount = count.toLocaleString(vscode.env.language);
  const name = path.basename(file);
  const open = vscode.l10n.t('Open File');
  const chosen = await vscode.window.showInformationMessage(
    count === 1
      ? vscode.l10n.t('1 reading of {0} was exported to {1}.', model.summary.name, name)
      : vscode.l10n.t(
          '{0} readings of {1} were exported to {2}.',
          amount,
          model.summary.name,
          name,
        ),
    open,
  );
  if (chosen !== open) return;
  try {
    await vscode.commands.executeCommand('vscode.open', vscode.Uri.file(file));
  } catch (error) {
    await host.messages.answer(error);
  }
}
