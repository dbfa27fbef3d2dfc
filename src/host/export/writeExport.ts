import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import * as vscode from 'vscode';
import { partOf, type ExportResult } from '../../protocol/export';
import { sayDone, showLongWork, type LongWork } from '../base/longWork';
import type { EngineClient } from '../engine/supervisor';
import type { OpenModel } from '../models/openModel';

/** What is exported where; under its own name for people. */
export interface ExportTask {
  readonly model: OpenModel;
  readonly components: readonly string[];
  readonly file: string;
}

/**
 * Writes a file in the engine, with a notification that shows how far it is and can be cancelled.
 * @throws EngineFailure, CancelledError
 */
export async function writeExport(engine: EngineClient, task: ExportTask): Promise<ExportResult> {
  const title = vscode.l10n.t(
    'Exporting readings of {0} to {1}',
    task.model.summary.name,
    path.basename(task.file),
  );
  return showLongWork(title, (work) => write(engine, task, work), sayDone);
}

async function write(
  engine: EngineClient,
  { model, components, file }: ExportTask,
  work: LongWork,
): Promise<ExportResult> {
  const part = partOf(file, randomUUID());
  try {
    return await engine.call(
      'export',
      { model: model.handle, components, options: model.options, file, part },
      work,
    );
  } finally {
    // An engine that was killed leaves it behind.
    await rm(part, { force: true });
  }
}
