/** Asks for a classifier and a merely pretrained model. */
import * as vscode from 'vscode';
import { VocabScopeError } from '../../core/errors';
import type { ModelSummary } from '../../protocol/modelSummary';
import { chooseCheckpoint } from '../commands/chooseCheckpoint';
import type { Host } from '../host';
import type { OpenModel } from '../models/openModel';

/** Whether a model has a head of labels. */
export function isClassifier({ labels }: ModelSummary): boolean {
  return labels.length > 0;
}

/** Asks for the classifier, A. @throws VocabScopeError where what was chosen is none */
export async function chooseClassifier(host: Host): Promise<OpenModel | undefined> {
  const chosen = await chooseCheckpoint(
    host,
    vscode.l10n.t('A: choose the classifier, a model with a head of labels'),
    {
      open: host.models.all.filter(({ summary }) => isClassifier(summary)),
      fits: isClassifier,
      last: host.memory.stitchChoice().classifier,
    },
  );
  if (chosen === undefined) return undefined;
  const model = await host.models.open(chosen);
  requireClassifier(model);
  return model;
}

/** @throws VocabScopeError */
export function requireClassifier({ summary }: OpenModel): void {
  if (isClassifier(summary)) return;
  throw new VocabScopeError(
    'runRefused',
    vscode.l10n.t(
      '{0} has no classifier head. A is a fine-tuned classifier: choose a model with a head of labels.',
      summary.name,
    ),
  );
}

/** Asks for the base, B. @returns any path of it */
export function chooseBase(host: Host, { summary }: OpenModel): Promise<string | undefined> {
  const isBase = (each: ModelSummary): boolean => !isClassifier(each) && each.shape !== null;
  return chooseCheckpoint(
    host,
    vscode.l10n.t('B: choose the merely pretrained model that {0} is stitched onto', summary.name),
    {
      open: host.models.all.filter((each) => isBase(each.summary)),
      fits: isBase,
      last: host.memory.stitchChoice().base,
    },
  );
}
