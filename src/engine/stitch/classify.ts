import path from 'node:path';
import { softmax } from '../../core/analysis/accuracy';
import { checkCancelled, VocabScopeError } from '../../core/errors';
import { readEncoding, type TextEncoding } from '../../core/tokenizer/encoding/encoder';
import { at } from '../../core/tensor/matrix';
import { isFile } from '../../io/fileKind';
import { readTokenizerFiles } from '../../formats/tokenizerFiles';
import { readSmallText } from '../../io/smallFile';
import type { Classified, ClassifyParams } from '../../protocol/stitch';
import type { WorkContext } from '../context';
import type { OnnxSessions } from '../onnx/onnxSessions';
import { readDescription, type StitchedDescription } from './export/description';
import { STITCHED_FILES } from './export/exportStitched';

const MAX_DESCRIPTION_BYTES = 1024 * 1024;
/** A text of more words is judged, and its words are not. */
const MAX_JUDGED_WORDS = 200;

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

/** The logits of a text; undefined where it has no tokens. */
type TextLogits = (text: string) => Promise<
  | {
      readonly logits: Float64Array;
      readonly truncated: boolean;
    }
  | undefined
>;

/** The words of a text, each with the text that is left without it. */
function* withoutWords(text: string): Generator<{ word: string; rest: string }> {
  for (const match of text.matchAll(/\S+/gu)) {
    const [word] = match;
    yield { word, rest: text.slice(0, match.index) + text.slice(match.index + word.length) };
  }
}

/**
 * Judges one text: the probability of each label and, where asked, by how much each word raises that of the predicted one
 * (the probability with it less that without it).
 * @throws VocabScopeError `invalidData` where the text has no tokens; CancelledError
 */
async function judge(
  text: string,
  labels: readonly string[],
  logitsOf: TextLogits,
  withWords: boolean,
  { cancellation, onProgress }: WorkContext,
): Promise<Classified> {
  const found = await logitsOf(text);
  if (found === undefined) {
    throw new VocabScopeError('invalidData', 'A text is empty: give at least one word.');
  }
  const probabilities = softmax(found.logits);
  const best = probabilities.indexOf(Math.max(...probabilities));
  const words = withWords ? [...withoutWords(text)] : [];
  const changes: { word: string; change: number }[] = [];
  for (const [place, { word, rest }] of words.slice(0, MAX_JUDGED_WORDS).entries()) {
    checkCancelled(cancellation);
    onProgress({ done: place, total: Math.min(words.length, MAX_JUDGED_WORDS), unit: 'words' });
    const without = await logitsOf(rest);
    const left = without === undefined ? 1 / labels.length : at(softmax(without.logits), best);
    changes.push({ word, change: at(probabilities, best) - left });
  }
  return {
    text,
    label: labels[best] ?? String(best),
    probabilities: labels.map((label, i) => ({ label, probability: at(probabilities, i) })),
    truncated: found.truncated,
    ...(withWords ? { words: changes } : {}),
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
