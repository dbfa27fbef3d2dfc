import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import * as vscode from 'vscode';
import { partOf } from '../../protocol/export';
import {
  dataOf,
  type StitchExport,
  type StitchExportWish,
  type StitchRecipe,
} from '../../protocol/stitch';
import { sayDone, showLongWork, type LongWork } from '../base/longWork';
import type { Host } from '../host';
import type { OpenModel } from '../models/openModel';

/** The file that tells people what the model is. */
const CARD = 'README.md';

/** A stitched model that is to be written. */
export interface StitchedTask {
  readonly model: OpenModel;
  readonly base: OpenModel;
  readonly recipe: StitchRecipe;
  readonly wish: StitchExportWish;
}

/** A wish out of a message; undefined where it is none. */
export function readWish(value: unknown): StitchExportWish | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { transplant, keep, withoutFinalNorm, excludeUndertrained, translate } = value as Record<
    string,
    unknown
  >;
  if (!Number.isSafeInteger(transplant) || !Number.isSafeInteger(keep)) return undefined;
  return {
    transplant: Number(transplant),
    keep: Number(keep),
    withoutFinalNorm: withoutFinalNorm === true,
    excludeUndertrained: excludeUndertrained === true,
    translate: translate === true,
  };
}

/**
 * Writes the model into a new folder, in one that is given or asked for.
 * @throws EngineFailure, CancelledError
 */
export async function writeStitched(
  host: Host,
  task: StitchedTask,
  parent: string | undefined,
): Promise<void> {
  const into = parent ?? (await chooseParent());
  if (into === undefined) return;
  const folder = freeFolder(into, nameOf(task));
  const title = vscode.l10n.t('Exporting {0}', path.basename(folder));
  const written = await showLongWork(title, (work) => write(host, task, folder, work), sayDone);
  void offerCard(host, written);
}

async function chooseParent(): Promise<string | undefined> {
  const [uri] =
    (await vscode.window.showOpenDialog({
      title: vscode.l10n.t('Export the stitched model into a new folder in…'),
      openLabel: vscode.l10n.t('Export here'),
      ...{ canSelectFiles: false, canSelectFolders: true },
    })) ?? [];
  return uri?.fsPath;
}

async function offerCard(
  { messages }: Host,
  { folder, files, checkpointProblem }: StitchExport,
): Promise<void> {
  const card = vscode.l10n.t('Show Card');
  const where = vscode.l10n.t('The stitched model is in {0}: {1}.', folder, files.join(', '));
  const written =
    checkpointProblem === undefined
      ? where
      : vscode.l10n.t('{0} It is written as ONNX. {1}', where, checkpointProblem);
  const chosen = await vscode.window.showInformationMessage(written, card);
  if (chosen !== card) return;
  const readme = vscode.Uri.file(path.join(folder, CARD));
  try {
    await vscode.commands.executeCommand('markdown.showPreview', readme);
  } catch (error) {
    await messages.answer(error);
  }
}

function nameOf({ model, base, wish: { transplant, keep, translate } }: StitchedTask): string {
  const pair = `${model.summary.name}-on-${base.summary.name}`;
  return `${pair}-k${String(keep)}-n${String(transplant)}${translate ? '-translated' : ''}`;
}

function freeFolder(parent: string, name: string): string {
  let folder = path.join(parent, name);
  for (let number = 2; existsSync(folder); number += 1) {
    folder = path.join(parent, `${name}-${String(number)}`);
  }
  return folder;
}

/** What was measured of this one model comes out of the cache, and goes into the card. */
async function write(
  { engine }: Host,
  { model, base, recipe, wish }: StitchedTask,
  folder: string,
  work: LongWork,
): Promise<StitchExport> {
  const { pool } = recipe;
  const { transplant, keep, ...options } = wish;
  const pair = {
    ...{ model: model.handle, base: base.handle, ...options },
    ...(pool === undefined ? {} : { pool }),
  };
  const measured = { transplants: [transplant], keeps: [keep], control: true, calibrate: false };
  const result = await engine.call('stitch', { ...pair, ...measured, data: dataOf(recipe) }, work);
  const part = partOf(folder, randomUUID());
  try {
    return await engine.call(
      'exportStitched',
      { ...pair, transplant, keep, folder, part, measured: { file: recipe.file, result } },
      work,
    );
  } finally {
    // An engine that was killed leaves it behind.
    await rm(part, { recursive: true, force: true });
  }
}
