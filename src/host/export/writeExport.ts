import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import * as vscode from 'vscode';
import type { EngineParams, EngineResult } from '../../protocol/engineApi';
import {
  partOf,
  type Comparison,
  type ComparisonExport,
  type ExportResult,
} from '../../protocol/export';
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
 * Writes readings to a file in the engine, with a notification that shows how far it is and can be cancelled.
 * @throws EngineFailure, CancelledError
 */
export async function writeExport(
  engine: EngineClient,
  { model, components, file }: ExportTask,
): Promise<ExportResult> {
  const title = vscode.l10n.t(
    'Exporting readings of {0} to {1}',
    model.summary.name,
    path.basename(file),
  );
  const asked = { model: model.handle, components, options: model.options, file };
  return showLongWork(title, (work) => write(engine, 'export', asked, work), sayDone);
}

/**
 * The same for what models come to beside each other.
 * @throws EngineFailure, CancelledError
 */
export async function writeComparison(
  engine: EngineClient,
  model: OpenModel,
  comparison: Comparison,
  file: string,
): Promise<ComparisonExport> {
  const title = vscode.l10n.t(
    'Exporting the comparison of {0} to {1}',
    model.summary.name,
    path.basename(file),
  );
  const asked = { ...comparison, model: model.handle, file };
  return showLongWork(title, (work) => write(engine, 'exportComparison', asked, work), sayDone);
}

async function write<M extends 'export' | 'exportComparison'>(
  engine: EngineClient,
  method: M,
  asked: { readonly file: string },
  work: LongWork,
): Promise<EngineResult<M>> {
  const part = partOf(asked.file, randomUUID());
  try {
    return await engine.call(method, { ...asked, part } as EngineParams<M>, work);
  } finally {
    // An engine that was killed leaves it behind.
    await rm(part, { force: true });
  }
}
