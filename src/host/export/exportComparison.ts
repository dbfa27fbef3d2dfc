import path from 'node:path';
import * as vscode from 'vscode';
import { COMPARISON_FORMATS, type Comparison } from '../../protocol/export';
import type { Host } from '../host';
import type { OpenModel } from '../models/openModel';
import { chooseTarget, offerToOpen } from './exportDialogs';
import { plainFileName } from './exportOffers';
import { writeComparison } from './writeExport';

/** What a page of several models has to give away. */
export interface ComparisonWish {
  readonly model: OpenModel;
  readonly comparisons: readonly Comparison[];
  /** Where to write; undefined: it is asked for. */
  readonly file: string | undefined;
}

/**
 * Asks what, how and where to write of a comparison, and writes it.
 * @throws EngineFailure, CancelledError
 */
export async function exportComparison(
  host: Host,
  { model, comparisons, file: given }: ComparisonWish,
): Promise<void> {
  const { name } = model.summary;
  const title = vscode.l10n.t('Export the comparison of {0}', name);
  const chosen = await chooseComparison(comparisons, title);
  if (chosen === undefined) return;
  const comparison = await ofOpenModels(host, chosen);
  const file =
    given ??
    (await chooseTarget(
      {
        ...{ title, model, forms: COMPARISON_FORMATS },
        nameOf: (ending) => plainFileName([name, ...namesOf(comparison)], ending),
      },
      host.memory,
    ));
  if (file === undefined) return;
  const written = await writeComparison(host.engine, model, comparison, file);
  const sentence = vscode.l10n.t(
    'The comparison of {0} was exported to {1}.',
    name,
    path.basename(written.file),
  );
  void offerToOpen(host, sentence, written.file);
}

/** The same of models that are open: those that were closed since a page showed them are opened again. */
async function ofOpenModels({ models }: Host, comparison: Comparison): Promise<Comparison> {
  const handleNow = async (handle: string): Promise<string> =>
    (await models.reopened(handle)).handle;
  return comparison.what === 'steps'
    ? { ...comparison, steps: await Promise.all(comparison.steps.map(handleNow)) }
    : { ...comparison, other: await handleNow(comparison.other) };
}

async function chooseComparison(
  comparisons: readonly Comparison[],
  title: string,
): Promise<Comparison | undefined> {
  const [only, ...others] = comparisons;
  if (others.length === 0) return only;
  const items = comparisons.map((comparison) => ({ ...comparisonItem(comparison), comparison }));
  const placeHolder = vscode.l10n.t('What is to be exported?');
  const chosen = await vscode.window.showQuickPick(items, { title, placeHolder });
  return chosen?.comparison;
}

/** What the parts of a comparison are called in a list. */
function comparisonItem(comparison: Comparison): vscode.QuickPickItem {
  switch (comparison.what) {
    case 'alignedLayers':
      return {
        label: vscode.l10n.t('Which layers of A and B are alike'),
        description: vscode.l10n.t('every matrix, and the layers that it pairs'),
      };
    case 'alignedRows': {
      const { group, layerA, layerB } = comparison;
      const table = (layer: number): string => `L${String(layer)}.${group}`;
      return {
        label: vscode.l10n.t('{0} beside {1}', table(layerA), table(layerB)),
        description: vscode.l10n.t('every row with its like, in words'),
      };
    }
    case 'alignedHeads':
      return {
        label:
          comparison.kind === 'VO'
            ? vscode.l10n.t('Heads by what they move (VO)')
            : vscode.l10n.t('Heads by where they look (QK)'),
        description: vscode.l10n.t('every head with its like'),
      };
    case 'changedRows':
      return {
        label:
          comparison.matrix === undefined
            ? vscode.l10n.t('Changed rows of all tables')
            : vscode.l10n.t('Changed rows of {0}', comparison.matrix),
        description: vscode.l10n.t('with their words in the base, now, and of the change'),
      };
    case 'changedTensors':
      return {
        label: vscode.l10n.t('Changed tensors'),
        description: vscode.l10n.t('share, norm and relative norm of each change'),
      };
    case 'layerPushes':
      return {
        label: vscode.l10n.t('What the changes of whole layers push'),
        description: vscode.l10n.t('all rows of a part added up'),
      };
    case 'steps':
      return comparison.components === undefined
        ? {
            label: vscode.l10n.t('All tables over the steps'),
            description: vscode.l10n.t('how far each of them moved'),
          }
        : {
            label: vscode.l10n.t('What is shown of the steps'),
            description: comparison.components.join(', '),
          };
  }
}

/** What a file is called after the model. */
function namesOf(comparison: Comparison): readonly string[] {
  switch (comparison.what) {
    case 'alignedLayers':
      return ['layers'];
    case 'alignedRows': {
      const { group, layerA, layerB } = comparison;
      return ['rows', `L${String(layerA)}-L${String(layerB)}.${group}`];
    }
    case 'alignedHeads':
      return ['heads', comparison.kind];
    case 'changedRows':
      return ['changes', ...(comparison.matrix === undefined ? [] : [comparison.matrix])];
    case 'changedTensors':
      return ['tensors'];
    case 'layerPushes':
      return ['pushes'];
    case 'steps':
      return ['steps'];
  }
}
