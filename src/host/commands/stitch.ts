import * as vscode from 'vscode';
import { VocabScopeError } from '../../core/errors';
import { STITCH_PARTS, type StitchPart } from '../../protocol/panelApi';
import { dataOf, readRecipe, type StitchRecipe } from '../../protocol/stitch';
import type { Host } from '../host';
import { OpenModel } from '../models/openModel';
import { CheckpointPanel } from '../panel/checkpointPanel';
import {
  chooseBase,
  chooseClassifier,
  isClassifier,
  requireClassifier,
} from '../stitch/choosePair';
import { chooseColumnsOf, chooseCount, choosePool, chooseTexts } from '../stitch/chooseTexts';
import { readWish, writeStitched } from '../stitch/writeStitched';
import { TreeNode } from '../tree/treeNode';
import type { Command } from './command';

/** What is known of a pair before anything is asked. */
interface Begun {
  readonly classifier?: OpenModel;
  /** Any path of B. */
  readonly base?: string;
}

/** A whole choice: A, any path of B, and the labelled texts. */
interface Stitched {
  readonly classifier: OpenModel;
  readonly base: string;
  readonly recipe: StitchRecipe;
}

/** What a panel asks: another part of its pair, or that a stitched model is written. */
interface OfPanel {
  readonly panel: CheckpointPanel;
  readonly part?: StitchPart;
  readonly wish?: unknown;
  /** Where its new folder goes: then nothing is asked. */
  readonly folder?: string;
}

/** *Build a classifier without training…*: on one model or two of the Explorer, on a model of the tree, in the palette. */
export const stitch: Command = {
  id: 'vocabscope.stitch',
  async run(host, argument, selected) {
    if (isOfPanel(argument)) {
      await ofPanel(host, argument);
      return;
    }
    const begun =
      argument instanceof vscode.Uri
        ? await ofFiles(host, argument, selected)
        : ofModel(host, argument);
    const classifier = begun.classifier ?? (await chooseClassifier(host));
    if (classifier === undefined) return;
    const base = begun.base ?? (await chooseBase(host, classifier));
    if (base === undefined) return;
    const { recipe: last } = host.memory.stitchChoice();
    // Pooling is a classifier's own: it is not carried to the next.
    const recipe = await chooseTexts(host.engine, last && dataOf(last));
    if (recipe !== undefined) await show(host, { classifier, base, recipe });
  },
};

function isOfPanel(argument: unknown): argument is OfPanel {
  return (argument as Partial<OfPanel> | undefined)?.panel instanceof CheckpointPanel;
}

/** A classifier is A and any other model B, whichever was clicked. */
async function ofFiles(host: Host, clicked: vscode.Uri, selected: unknown): Promise<Begun> {
  const all = Array.isArray(selected) ? selected.filter((uri) => uri instanceof vscode.Uri) : [];
  if (all.length > 2) {
    throw new VocabScopeError(
      'usage',
      vscode.l10n.t(
        'A classifier and one other model are stitched together, and {0} are selected: select two.',
        all.length,
      ),
    );
  }
  const [first = clicked, second] = all;
  const model = await host.models.open(first.fsPath);
  if (second === undefined) return begin(model);
  const other = await host.models.open(second.fsPath);
  const [classifier, base] = isClassifier(model.summary) ? [model, other] : [other, model];
  requireClassifier(classifier);
  return { classifier, base: base.path };
}

function ofModel(host: Host, argument: unknown): Begun {
  if (argument instanceof TreeNode) return begin(argument.model);
  if (argument instanceof OpenModel) return begin(argument);
  const model = host.panels.active?.model;
  return model === undefined ? {} : begin(model);
}

function begin(model: OpenModel): Begun {
  return isClassifier(model.summary) ? { classifier: model } : { base: model.path };
}

async function show(host: Host, { classifier, base, recipe }: Stitched): Promise<void> {
  await host.memory.setStitchChoice({ classifier: classifier.path, base, recipe });
  await host.panels.show(classifier, { page: 'stitch', other: base, recipe });
}

async function ofPanel(host: Host, { panel, part, wish, folder }: OfPanel): Promise<void> {
  const { model, location } = panel;
  const base = location?.other;
  const recipe = readRecipe(location?.recipe);
  if (model === undefined || base === undefined || recipe === undefined) return;
  const wanted = readWish(wish);
  if (wanted !== undefined) {
    const opened = await host.models.open(base);
    await writeStitched(host, { model, base: opened, recipe, wish: wanted }, folder);
    return;
  }
  const known = STITCH_PARTS.find((name) => name === part);
  const changed = known && (await changePart(host, known, { classifier: model, base, recipe }));
  if (changed !== undefined) await show(host, changed);
}

/** Asks for one part of a pair again. */
async function changePart(
  host: Host,
  part: StitchPart,
  stitched: Stitched,
): Promise<Stitched | undefined> {
  const { classifier, recipe } = stitched;
  if (part === 'stitchClassifier') {
    const chosen = await chooseClassifier(host);
    return chosen && { ...stitched, classifier: chosen, recipe: dataOf(recipe) };
  }
  if (part === 'stitchBase') {
    const base = await chooseBase(host, classifier);
    return base === undefined ? undefined : { ...stitched, base };
  }
  const ask = {
    stitchData: () => chooseTexts(host.engine, recipe),
    stitchColumns: () => chooseColumnsOf(host.engine, recipe),
    stitchTexts: () => chooseCount(recipe),
    stitchPool: () => choosePool(recipe),
  }[part];
  const changed = await ask();
  return changed && { ...stitched, recipe: changed };
}
