import { checkCancelled, VocabScopeError } from '../../core/errors';
import { uniformGenerator } from '../../core/projection/seeded';
import type { WorkContext } from '../context';
import { openRecords, type DataColumns, type DataRecord } from './records';

/** The same draw of a long file every time. */
const SAMPLE_SEED = 20_220_907;
/** Records between two looks at whether the work was cancelled. */
const RECORDS_BETWEEN_LOOKS = 1024;
const MAX_LABELS_NAMED = 10;

export interface LabelledText {
  readonly text: string;
  /** Row of the classifier. */
  readonly label: number;
}

/** What was read of a file. */
interface ReadRecords {
  /** Records of the file, empty ones included. */
  readonly records: number;
  /** Records without text, left out. */
  readonly empty: number;
  /** Line of the first of them. */
  readonly firstEmpty: number | null;
}

export interface LabelledTexts extends ReadRecords {
  readonly texts: readonly LabelledText[];
}

/** Texts that both models have tokens for, as ids of either, with their labels. */
export interface UsableTexts {
  /** As they stand in the file. */
  readonly texts: readonly string[];
  readonly idsA: readonly (readonly number[])[];
  readonly idsB: readonly (readonly number[])[];
  readonly truth: Int32Array;
  readonly truncated: number;
  /** Texts left out because a tokenizer finds no token in them. */
  readonly tokenless: number;
  /** What was read of the file, and how many texts were drawn of it. */
  readonly read: ReadRecords & { readonly drawn: number };
}

export interface DataRequest {
  readonly file: string;
  readonly columns: DataColumns;
  /** Labels of the classifier, by row. */
  readonly labels: readonly string[];
  /** Of a longer file so many are drawn at random. */
  readonly maxTexts: number;
}

/** A row's index, also as transformers calls a label without a name. */
const INDEX = /^(?:label_)?(?<row>\d{1,9})$/iu;

/** The row that a label of the file names: by its text, case ignored, else by index. */
function labelFinder(labels: readonly string[]): (label: string) => number | undefined {
  const exact = new Map(labels.map((label, row) => [label, row]));
  const folded = new Map(
    [...labels.entries()].reverse().map(([row, label]) => [label.toLowerCase(), row]),
  );
  return (label) => {
    const text = label.trim();
    const byText = exact.get(text) ?? folded.get(text.toLowerCase());
    if (byText !== undefined) {
      return byText;
    }
    const row = Number(INDEX.exec(text)?.groups?.['row'] ?? Infinity);
    return row < labels.length ? row : undefined;
  };
}

function unknownLabel(
  name: string,
  labels: readonly string[],
  record: DataRecord,
): VocabScopeError {
  const shown = labels.slice(0, MAX_LABELS_NAMED).join(', ');
  const more = labels.length > MAX_LABELS_NAMED ? ', …' : '';
  return new VocabScopeError(
    'invalidData',
    `${name}, line ${record.line}: the label "${record.label.slice(0, 60)}" is none of the classifier's: ${shown}${more}, or their numbers from 0 to ${labels.length - 1}. Change the labels of the file, or choose the column that holds them (on the command line: --label-column).`,
  );
}

/** Some of many, each as likely as any other, in the order of the file (Vitter's algorithm R). */
class Sample {
  private readonly kept: { readonly place: number; readonly value: LabelledText }[] = [];
  private readonly uniform = uniformGenerator(SAMPLE_SEED);
  private seen = 0;

  constructor(private readonly size: number) {}

  offer(value: LabelledText): void {
    const place = this.seen;
    this.seen += 1;
    if (place < this.size) {
      this.kept.push({ place, value });
      return;
    }
    const slot = Math.floor(this.uniform() * this.seen);
    if (slot < this.size) {
      this.kept[slot] = { place, value };
    }
  }

  values(): LabelledText[] {
    return this.kept.sort((a, b) => a.place - b.place).map(({ value }) => value);
  }
}

function requireUsable(
  name: string,
  { texts, records, empty }: LabelledTexts,
  labels: readonly string[],
): void {
  if (records === 0) {
    throw new VocabScopeError(
      'invalidData',
      `${name} holds no records beneath its header: choose another file.`,
    );
  }
  if (texts.length === 0) {
    throw new VocabScopeError(
      'invalidData',
      `All ${empty.toLocaleString('en-US')} texts of ${name} are empty: choose the column that holds them (on the command line: --text-column).`,
    );
  }
  const [first] = texts;
  if (texts.every(({ label }) => label === first?.label)) {
    throw new VocabScopeError(
      'invalidData',
      `Every text of ${name} has the label "${labels[first?.label ?? 0] ?? ''}": accuracy says something only where at least two labels occur. Choose another file, or the column that holds its labels (on the command line: --label-column).`,
    );
  }
}

/**
 * Reads labelled texts, whatever the length of the file: of more than `maxTexts` that many are drawn at random, always the
 * same ones.
 * @throws VocabScopeError `invalidData`, with the line where it is of one; CancelledError
 */
export async function readLabelledTexts(
  { file, columns, labels, maxTexts }: DataRequest,
  { cancellation, onProgress }: WorkContext,
): Promise<LabelledTexts> {
  const { name, bytes, bytesRead, records } = await openRecords(file, columns);
  const rowOf = labelFinder(labels);
  const sample = new Sample(maxTexts);
  let count = 0;
  let empty = 0;
  let firstEmpty: number | null = null;
  for await (const record of records) {
    if (count % RECORDS_BETWEEN_LOOKS === 0) {
      checkCancelled(cancellation);
      onProgress({ done: bytesRead(), total: bytes, unit: 'bytes' });
    }
    count += 1;
    if (record.text.trim() === '') {
      empty += 1;
      firstEmpty ??= record.line;
      continue;
    }
    const label = rowOf(record.label);
    if (label === undefined) {
      throw unknownLabel(name, labels, record);
    }
    sample.offer({ text: record.text, label });
  }
  const found = { texts: sample.values(), records: count, empty, firstEmpty };
  requireUsable(name, found, labels);
  return found;
}
