import path from 'node:path';
import { checkCancelled, VocabScopeError } from '../../core/errors';
import { readEncoding, type TextEncoding } from '../../core/tokenizer/encoding/encoder';
import { isFile } from '../../io/fileKind';
import { readTokenizerFiles } from '../../formats/tokenizerFiles';
import { readSmallText } from '../../io/smallFile';
import type { Classified, ClassifyParams } from '../../protocol/stitch';
import type { WorkContext } from '../context';
import type { OnnxSessions } from '../onnx/onnxSessions';
import { readDescription, type StitchedDescription } from './export/description';
import { STITCHED_FILES } from './export/exportStitched';
import { judge, type TextLogits } from './judge';

const MAX_DESCRIPTION_BYTES = 1024 * 1024;

interface ExportedModel {
  readonly file: string;
  readonly description: StitchedDescription;
  readonly encoding: TextEncoding;
}

async function openExported(folder: string): Promise<ExportedModel> {
  const file = path.join(folder, STITCHED_FILES.graph);
  const described = path.join(folder, STITCHED_FILES.description);
  if (!(await isFile(file)) || !(await isFile(described))) {
    throw new VocabScopeError(
      'notFound',
      `${folder} holds no stitched model: ${STITCHED_FILES.graph} and ${STITCHED_FILES.description} are wanted, as vocabscope stitch --out writes them.`,
    );
  }
  const limit = { maxBytes: MAX_DESCRIPTION_BYTES, reason: 'invalidFile' } as const;
  const tokenizer = path.join(folder, STITCHED_FILES.tokenizer);
  return {
    file,
    description: readDescription(await readSmallText(described, limit), described),
    encoding: readEncoding(await readTokenizerFiles([{ role: 'tokenizerJson', path: tokenizer }])),
  };
}

/**
 * Judges texts with an exported model.
 * @throws VocabScopeError `notFound`, `invalidFile`, `invalidTokenizer`, `invalidData`; CancelledError
 */
export async function classify(
  { folder, texts, words }: ClassifyParams,
  runtime: OnnxSessions,
  context: WorkContext,
): Promise<{ readonly labels: readonly string[]; readonly rows: readonly Classified[] }> {
  const { file, description, encoding } = await openExported(path.resolve(folder));
  const { labels, max_tokens: maxTokens } = description;
  const session = await runtime.openFile(file);
  const logitsOf: TextLogits = async (text) => {
    const { ids, cut } = encoding.encode(text, maxTokens);
    if (ids.length === 0) {
      return undefined;
    }
    const input = { data: BigInt64Array.from(ids, BigInt), shape: [1, ids.length] };
    const logits = Float64Array.from((await session.run({ input_ids: input }))('logits'));
    if (logits.length !== labels.length) {
      throw new VocabScopeError(
        'invalidFile',
        `${file} gives ${logits.length} logits for ${labels.length} labels: export the model again.`,
      );
    }
    return { logits, truncated: cut > 0 };
  };
  try {
    const rows: Classified[] = [];
    for (const text of texts) {
      checkCancelled(context.cancellation);
      rows.push(await judge(text, labels, logitsOf, words, context));
    }
    return { labels, rows };
  } finally {
    await session.release();
  }
}
