import { checkCancelled, VocabScopeError } from '../../core/errors';
import {
  EVERY_ROW,
  EXPORT_FORMATS,
  type ExportParams,
  type ExportResult,
} from '../../protocol/export';
import { pairOptionsBeside } from '../../protocol/pairs';
import type { Reading } from '../../protocol/written/readings';
import type { ReadingKind } from '../../protocol/written/table';
import { KIND_NAMES } from '../../protocol/written/words';
import type { WorkContext } from '../context';
import type { OpenModel } from '../model/openModel';
import { askedParts, type AskedPart } from './asked';
import { endingIn, formatOf } from './registry';
import { TargetFile } from './targetFile';

/** Readings of all parts, batch by batch, with progress over all of them. */
async function* readParts(
  parts: readonly AskedPart[],
  context: WorkContext,
): AsyncGenerator<readonly Reading[]> {
  const total = parts.reduce((sum, { count }) => sum + count, 0);
  const [kind = 'rows', ...others] = kindsOf(parts);
  const unit = others.length === 0 ? kind : 'readings';
  let done = 0;
  for (const part of parts) {
    for await (const batch of part.read(context)) {
      yield batch;
      checkCancelled(context.cancellation);
      done += batch.length;
      context.onProgress({ done, total, unit });
    }
  }
}

function kindsOf(parts: readonly AskedPart[]): readonly ReadingKind[] {
  return [...new Set(parts.map(({ kind }) => kind))];
}

function requireOneKind([first, ...others]: readonly ReadingKind[], file: string): void {
  if (first !== undefined && others.length > 0) {
    const rest = others.map((kind) => KIND_NAMES[kind].toLowerCase());
    throw new VocabScopeError(
      'unwritable',
      `${[KIND_NAMES[first], ...rest].join(' and ')} have different columns, so ${file} cannot hold them together. Write a file of each, or one that ends in .jsonl, .md or .html.`,
    );
  }
}

/**
 * Writes what was asked for to a file, which appears when it is whole; an earlier one stays until then, and where
 * anything goes wrong. Batches are read, written and forgotten, so memory does not grow with their number.
 * @throws VocabScopeError `unwritable`, and what reading throws; CancelledError
 */
export async function exportReadings(
  model: OpenModel,
  params: ExportParams,
  context: WorkContext,
): Promise<ExportResult> {
  const { file, part, components, options } = params;
  const pairOptions = params.pairOptions ?? pairOptionsBeside(options);
  const ending = endingIn(EXPORT_FORMATS, file);
  const format = formatOf(ending);
  const parts = askedParts(model, params, pairOptions);
  const kinds = kindsOf(parts);
  if (kinds.length === 0) {
    throw new VocabScopeError(
      'unknownComponent',
      `Nothing to export is named: name components such as L3.FF.V[*], or ${EVERY_ROW} for every row.`,
    );
  }
  if (format.oneKind) {
    requireOneKind(kinds, file);
  }
  const target = await TargetFile.open(file, part);
  try {
    const source = { summary: model.summary, options, pairOptions };
    const readings = readParts(parts, context);
    await format.write({ source, components, kinds, readings }, target);
    checkCancelled(context.cancellation);
    const bytes = await target.finish();
    const counted = (wanted: ReadingKind): number =>
      parts.reduce((sum, { kind, count }) => sum + (kind === wanted ? count : 0), 0);
    return {
      ...{ file, format: ending, bytes },
      ...{ rows: counted('rows'), directions: counted('directions'), heads: counted('heads') },
    };
  } catch (error) {
    await target.discard();
    throw error;
  }
}
