import { checkCancelled } from '../../core/errors';
import {
  COMPARISON_FORMATS,
  type ComparisonEnding,
  type ComparisonExport,
  type ComparisonExportParams,
} from '../../protocol/export';
import { piecesOf } from '../../protocol/written/list';
import type { WorkContext } from '../context';
import { listComparison, type Comparing, type Listed } from './comparisons';
import type { ExportSink } from './format';
import { writeParquetList } from './formats/parquet';
import { endingIn } from './registry';
import { TargetFile } from './targetFile';

/** Counts what goes by. */
async function* counted<Item>(
  items: AsyncIterable<readonly Item[]>,
  count: (items: number) => void,
): AsyncGenerator<readonly Item[]> {
  for await (const batch of items) {
    count(batch.length);
    yield batch;
  }
}

async function writeList<Item>(
  { list, items }: Listed<Item>,
  form: ComparisonEnding,
  sink: ExportSink,
): Promise<number> {
  let written = 0;
  if (form === 'parquet') {
    const counting = counted(items, (count) => {
      written += count;
    });
    await writeParquetList(list, counting, sink);
    return written;
  }
  const { head, item, foot } = piecesOf(form, list);
  await sink.write(head);
  for await (const batch of items) {
    for (const each of batch) {
      await sink.write(item(each, written));
      written += 1;
    }
  }
  await sink.write(foot(written));
  return written;
}

/**
 * Writes what models come to beside each other to a file, which appears when it is whole. Long lists are asked for page
 * by page, so memory does not grow with them.
 * @throws VocabScopeError `unwritable`, and what comparing throws; CancelledError
 */
export async function exportComparison(
  comparing: Comparing,
  params: ComparisonExportParams,
  context: WorkContext,
): Promise<ComparisonExport> {
  const { file, part, ...asked } = params;
  const format = endingIn(COMPARISON_FORMATS, file);
  const target = await TargetFile.open(file, part);
  try {
    const items = await listComparison(
      comparing,
      asked,
      (listed) => writeList(listed, format, target),
      context,
    );
    checkCancelled(context.cancellation);
    return { file, format, items, bytes: await target.finish() };
  } catch (error) {
    await target.discard();
    throw error;
  }
}
