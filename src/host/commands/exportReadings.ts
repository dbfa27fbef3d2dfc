import path from 'node:path';
import * as vscode from 'vscode';
import { EXPORT_FORMATS, type ExportResult } from '../../protocol/export';
import type { PanelExport } from '../../protocol/panelApi';
import { EngineFailure } from '../engine/engineFailure';
import { exportComparison } from '../export/exportComparison';
import { chooseOffer, chooseTarget, offerToOpen } from '../export/exportDialogs';
import { exportOffers, fileNameOf } from '../export/exportOffers';
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
    const { model, comparisons, file } = givenIn(argument);
    if (model !== undefined && comparisons !== undefined && comparisons.length > 0) {
      await exportComparison(host, { model, comparisons, file });
      return;
    }
    const task = await taskOf(host, argument);
    if (task === undefined) return;
    const written = await writeExport(host.engine, task);
    void offerToOpen(host, exportedSentence(written, task), written.file);
  },
};

function givenIn(argument: unknown): Given {
  const given: Given = typeof argument === 'object' && argument !== null ? argument : {};
  return given.model instanceof OpenModel ? given : {};
}

async function taskOf(host: Host, argument: unknown): Promise<ExportTask | undefined> {
  const given = givenIn(argument);
  const target =
    given.model === undefined
      ? await targetOf(host, argument)
      : { model: given.model, component: given.component ?? undefined };
  if (target === undefined) return undefined;
  const { model, component } = target;
  if (Array.isArray(given.components) && typeof given.file === 'string') {
    return { model, components: given.components, file: given.file };
  }
  requireReadable(model);
  const selected = given.selected ?? [];
  const offers = exportOffers(model.summary, { component: component ?? null, selected });
  const offer = await chooseOffer(offers, model);
  if (offer === undefined) return undefined;
  const file = await chooseTarget(
    {
      ...{ title: vscode.l10n.t('Export readings'), model, forms: EXPORT_FORMATS },
      nameOf: (ending) => fileNameOf(model.summary.name, offer, ending),
    },
    host.memory,
  );
  return file === undefined ? undefined : { model, components: offer.components, file };
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

function exportedSentence(
  { file, rows, directions, heads }: ExportResult,
  { model }: ExportTask,
): string {
  const count = rows + directions + heads;
  const amount = count.toLocaleString(vscode.env.language);
  const name = path.basename(file);
  return count === 1
    ? vscode.l10n.t('1 reading of {0} was exported to {1}.', model.summary.name, name)
    : vscode.l10n.t('{0} readings of {1} were exported to {2}.', amount, model.summary.name, name);
}
