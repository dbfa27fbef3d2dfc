/** Records of a file of labelled data, one after another: CSV with a header, or an object on each line (JSONL). */
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import { CsvError, parse, type Info } from 'csv-parse';
import { parse as parseAll } from 'csv-parse/sync';
import { VocabScopeError } from '../../core/errors';
import { explainFileError } from '../../io/fileErrors';

/** A longer record is no text that a person labelled: most likely a quote is never closed. */
const MAX_RECORD_BYTES = 16 * 1024 * 1024;
const MAX_COLUMNS_NAMED = 12;
const JSON_ENDINGS: readonly string[] = ['.jsonl', '.ndjson', '.json'];
/** The first of these that splits a header into the wanted columns. */
const DELIMITERS = [',', ';', '\t'] as const;

function isJson(file: string): boolean {
  return JSON_ENDINGS.includes(path.extname(file).toLowerCase());
}

/** Which columns hold what. */
export interface DataColumns {
  readonly text: string;
  readonly label: string;
}

/** A record, and the line on which it ends, counted from 1. */
export interface DataRecord {
  readonly text: string;
  readonly label: string;
  readonly line: number;
}

/** An opened file: its records, and how many bytes of it are read. */
export interface RecordFile {
  readonly name: string;
  readonly bytes: number;
  readonly bytesRead: () => number;
  /** @throws VocabScopeError `invalidData`, with the line where it is of one */
  readonly records: AsyncIterable<DataRecord>;
}

function invalid(name: string, problem: string, cause?: unknown): VocabScopeError {
  return new VocabScopeError('invalidData', `${name}${problem}`, { cause });
}

/** What went wrong with a file of labelled data: `invalidData` whatever it was, since other texts are the way out. */
export function explainDataError(error: unknown, file: string): VocabScopeError {
  return error instanceof VocabScopeError
    ? error
    : new VocabScopeError('invalidData', explainFileError(error, file).message, { cause: error });
}

/** The bytes of a file as text, chunk by chunk. */
async function* textOf(stream: AsyncIterable<Buffer>, name: string): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  const decode = (bytes: Buffer | undefined): string => {
    try {
      return bytes === undefined ? decoder.decode() : decoder.decode(bytes, { stream: true });
    } catch (error) {
      throw invalid(name, ' is no UTF-8 text: save it as UTF-8.', error);
    }
  };
  for await (const chunk of stream) {
    yield decode(chunk);
  }
  yield decode(undefined);
}

function missingColumn(name: string, missing: string, header: readonly string[]): VocabScopeError {
  const shown = header.slice(0, MAX_COLUMNS_NAMED).map((column) => `"${column.slice(0, 60)}"`);
  const more = header.length > MAX_COLUMNS_NAMED ? ', …' : '';
  return invalid(
    name,
    ` has no column "${missing}"; its first line names ${shown.join(', ')}${more}. Say which columns hold text and label (on the command line: --text-column, --label-column).`,
  );
}

/** What the parser's refusals of a record mean, by their codes. */
const CSV_PROBLEMS: ReadonlyMap<string, string> = new Map([
  ['CSV_QUOTE_NOT_CLOSED', 'a quote is opened and never closed.'],
  [
    'CSV_INVALID_CLOSING_QUOTE',
    'a quote is closed in the middle of a text; quotes inside a quoted text are doubled ("").',
  ],
  [
    'INVALID_OPENING_QUOTE',
    'a quote stands in the middle of a text that is not quoted; put the whole text in quotes and double those inside ("").',
  ],
  [
    'CSV_RECORD_INCONSISTENT_FIELDS_LENGTH',
    'the line has another number of fields than the first one; put texts that hold the delimiter in quotes.',
  ],
  [
    'CSV_MAX_RECORD_SIZE',
    `a record is longer than ${MAX_RECORD_BYTES / 1024 / 1024} MB: most likely a quote before it is never closed.`,
  ],
]);

function csvProblem(name: string, error: unknown): unknown {
  if (!(error instanceof CsvError)) {
    return error;
  }
  const where = typeof error['lines'] === 'number' ? `, line ${error['lines']}` : '';
  const problem =
    CSV_PROBLEMS.get(error.code) ?? `it is no CSV that can be read (${error.message})`;
  return invalid(name, `${where}: ${problem}`, error);
}

/** Where the wanted columns stand in a header. */
function placesIn(
  name: string,
  header: readonly string[],
  columns: DataColumns,
): readonly [number, number] {
  const place = (wanted: string): number => {
    const found = header.indexOf(wanted);
    if (found < 0) {
      throw missingColumn(name, wanted, header);
    }
    return found;
  };
  return [place(columns.text), place(columns.label)];
}

/** What splits a header into the wanted columns, a comma where nothing does. */
function delimiterOf(firstLine: string, { text, label }: DataColumns): string {
  const fits = (delimiter: string): boolean => {
    const header = firstLine.split(delimiter).map((each) => each.replaceAll('"', '').trim());
    return header.includes(text) && header.includes(label);
  };
  return DELIMITERS.find(fits) ?? DELIMITERS[0];
}

/** Chunks of which the first holds the whole first line. */
async function* withFirstLine(chunks: AsyncIterable<string>): AsyncGenerator<string> {
  let held: string | undefined = '';
  for await (const chunk of chunks) {
    if (held === undefined) {
      yield chunk;
      continue;
    }
    held += chunk;
    if (held.includes('\n') || held.length > MAX_RECORD_BYTES) {
      yield held;
      held = undefined;
    }
  }
  if (held !== undefined) {
    yield held;
  }
}

async function* csvRecords(
  name: string,
  chunks: AsyncIterable<string>,
  columns: DataColumns,
): AsyncGenerator<DataRecord> {
  const parts = withFirstLine(chunks)[Symbol.asyncIterator]();
  const first = await parts.next();
  const head = first.done === true ? '' : first.value;
  const parser = parse({
    delimiter: delimiterOf(head.split('\n', 1)[0] ?? '', columns),
    bom: true,
    info: true,
    skip_empty_lines: true,
    max_record_size: MAX_RECORD_BYTES,
  });
  const rest = (async function* (): AsyncGenerator<string> {
    yield head;
    yield* parts;
  })();
  const source = Readable.from(rest);
  source.on('error', (error) => parser.destroy(error));
  source.pipe(parser);
  let places: readonly [number, number] | undefined;
  try {
    for await (const each of parser) {
      const { record, info } = each as { record: readonly string[]; info: Info };
      if (places === undefined) {
        places = placesIn(
          name,
          record.map((column) => column.trim()),
          columns,
        );
      } else {
        yield { text: record[places[0]] ?? '', label: record[places[1]] ?? '', line: info.lines };
      }
    }
  } catch (error) {
    throw csvProblem(name, error);
  } finally {
    source.destroy();
  }
}

/** A value of an object as the text of a label or a text. */
function fieldOf(name: string, record: object, column: string, line: number): string {
  const value: unknown = (record as Record<string, unknown>)[column];
  if (typeof value === 'string') {
    return value;
  }
  if (typeof value === 'number' || typeof value === 'boolean') {
    return String(value);
  }
  throw value === undefined
    ? missingColumn(`${name}, line ${line},`, column, Object.keys(record))
    : invalid(name, `, line ${line}: "${column}" is no text or number.`);
}

async function* linesOf(name: string, chunks: AsyncIterable<string>): AsyncGenerator<string> {
  let rest = '';
  for await (const chunk of chunks) {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
    if (rest.length > MAX_RECORD_BYTES) {
      throw invalid(
        name,
        ` has a line longer than ${MAX_RECORD_BYTES / 1024 / 1024} MB: each line is one JSON object.`,
      );
    }
  }
  yield rest;
}

/** A line of JSONL. */
function recordOf(name: string, json: string, line: number): object {
  const problem = `, line ${line} is no JSON object: each line is one, from { to }.`;
  let record: unknown;
  try {
    record = JSON.parse(json);
  } catch (error) {
    throw invalid(name, problem, error);
  }
  if (typeof record !== 'object' || record === null || Array.isArray(record)) {
    throw invalid(name, problem);
  }
  return record;
}

async function* jsonRecords(
  name: string,
  chunks: AsyncIterable<string>,
  { text, label }: DataColumns,
): AsyncGenerator<DataRecord> {
  let line = 0;
  for await (const each of linesOf(name, chunks)) {
    line += 1;
    const json = each.replace(/^\uFEFF/u, '').trim();
    if (json === '') {
      continue;
    }
    const record = recordOf(name, json, line);
    yield {
      text: fieldOf(name, record, text, line),
      label: fieldOf(name, record, label, line),
      line,
    };
  }
}

/** Names of the columns in the first line of a CSV: split by what splits it into most. */
function headerColumns(name: string, firstLine: string): readonly string[] {
  const problems: unknown[] = [];
  const headers = DELIMITERS.map((delimiter): readonly string[] => {
    try {
      const [header = []] = parseAll(firstLine, { delimiter });
      return header.map((column) => column.trim());
    } catch (error) {
      problems.push(error);
      return [];
    }
  });
  const header = headers.reduce((most, each) => (each.length > most.length ? each : most));
  if (header.length === 0) {
    throw csvProblem(name, problems[0]);
  }
  return header;
}

/**
 * Names of the columns of a file of labelled data: the header of a CSV, the keys of the first object of JSONL.
 * @throws VocabScopeError `invalidData`
 */
export async function readColumns(file: string): Promise<readonly string[]> {
  const name = path.basename(file);
  const stream = createReadStream(file);
  try {
    let line = 0;
    for await (const each of linesOf(name, textOf(stream, name))) {
      line += 1;
      const text = each.replace(/^\uFEFF/u, '').trim();
      if (text !== '') {
        return isJson(file) ? Object.keys(recordOf(name, text, line)) : headerColumns(name, text);
      }
    }
    throw invalid(name, ' is empty.');
  } catch (error) {
    throw explainDataError(error, file);
  } finally {
    stream.destroy();
  }
}

/** Opens a file of labelled data; its ending says what it is (`.jsonl`, `.ndjson`, `.json`, else CSV). */
export async function openRecords(file: string, columns: DataColumns): Promise<RecordFile> {
  const name = path.basename(file);
  try {
    const found = await stat(file);
    if (found.isDirectory()) {
      throw Object.assign(new Error('a folder'), { code: 'EISDIR' });
    }
    const stream = createReadStream(file);
    const readRecords = isJson(file) ? jsonRecords : csvRecords;
    const records = async function* (): AsyncGenerator<DataRecord> {
      try {
        yield* readRecords(name, textOf(stream, name), columns);
      } catch (error) {
        throw explainDataError(error, file);
      } finally {
        stream.destroy();
      }
    };
    return { name, bytes: found.size, bytesRead: () => stream.bytesRead, records: records() };
  } catch (error) {
    throw explainDataError(error, file);
  }
}
