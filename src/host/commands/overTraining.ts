import path from 'node:path';
import * as vscode from 'vscode';
import { checkCancelled, VocabScopeError } from '../../core/errors';
import { MAX_STEPS } from '../../protocol/steps';
import { showLongWork } from '../base/longWork';
import type { Host } from '../host';
import type { OpenModel } from '../models/openModel';
import { choose } from './chooseFile';
import type { Command } from './command';
import { targetOf } from './target';

/**
 * *Show over training…*: on checkpoint-N folders of the Explorer or the folder that holds them, on one step in the tree or
 * in the palette. Shows the page of the last step's panel.
 */
export const overTraining: Command = {
  id: 'vocabscope.overTraining',
  async run(host, argument, selected) {
    const paths =
      argument instanceof vscode.Uri
        ? selectedPaths(argument, selected)
        : await pathOfTarget(host, argument);
    if (paths === undefined) return;
    const steps = await stepsOf(host, paths);
    const models = await openSteps(host, steps);
    const last = models.at(-1);
    if (last === undefined) return;
    await host.panels.show(last, { page: 'steps', steps: models.map((model) => model.path) });
  },
};

function selectedPaths(clicked: vscode.Uri, selected: unknown): readonly string[] {
  const all = Array.isArray(selected) ? selected.filter((uri) => uri instanceof vscode.Uri) : [];
  return (all.length === 0 ? [clicked] : all).map(({ fsPath }) => fsPath);
}

async function pathOfTarget(host: Host, argument: unknown): Promise<readonly string[] | undefined> {
  const target = await targetOf(host, argument);
  return target === undefined ? undefined : [target.model.path];
}

/** Any paths of the steps, in the order of their numbers. @throws VocabScopeError where they are none or too many */
async function stepsOf(host: Host, paths: readonly string[]): Promise<readonly string[]> {
  const [only] = paths;
  const steps =
    paths.length === 1 && only !== undefined
      ? await stepsAround(host, only)
      : [...new Set(paths)].sort((a, b) =>
          path.basename(a).localeCompare(path.basename(b), 'en', { numeric: true }),
        );
  if (steps.length > MAX_STEPS) {
    throw new VocabScopeError(
      'limit',
      vscode.l10n.t(
        'At most {0} steps of a training are shown together, and these are {1}. Select the folders of fewer steps.',
        MAX_STEPS,
        steps.length,
      ),
    );
  }
  if (steps.length >= 2) return steps;
  throw new VocabScopeError(
    'usage',
    vscode.l10n.t(
      'A training is shown from two steps on, and {0} neither holds several checkpoint-N folders nor lies in one of them. Select the folders of two steps or more.',
      path.basename(only ?? ''),
    ),
  );
}

/** The steps in a folder, or those that a step's folder or file lies among. */
async function stepsAround(host: Host, given: string): Promise<readonly string[]> {
  const inside = await host.engine.call('findSteps', { path: given });
  if (inside.length > 0) return inside;
  for (const folder of [path.dirname(given), path.dirname(path.dirname(given))]) {
    const steps = await host.engine.call('findSteps', { path: folder });
    if (steps.some((step) => given === step || given.startsWith(step + path.sep))) return steps;
  }
  return [];
}

/**
 * Opens all steps, adapters over the base of the first. Trainers leave their tokenizer in the folder above, which is
 * taken where it is offered.
 */
function openSteps(host: Host, steps: readonly string[]): Thenable<readonly OpenModel[]> {
  return showLongWork(
    vscode.l10n.t('Opening {0} steps of a training', steps.length),
    async ({ signal, onProgress }) => {
      const models: OpenModel[] = [];
      for (const step of steps) {
        checkCancelled(signal);
        const model = await host.models.open(step, models.at(-1)?.summary.adapter?.basePath);
        const { tokenizer, offeredTokenizer } = model.summary;
        if (tokenizer === null && offeredTokenizer !== null) {
          await choose(host, model, { tokenizer: offeredTokenizer });
        }
        models.push(model);
        onProgress({ method: 'open', done: models.length, total: steps.length, unit: 'steps' });
      }
      return models;
    },
  );
}
