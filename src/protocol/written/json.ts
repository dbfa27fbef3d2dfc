/** Readings and what belongs to them as JSON, schema `vocabscope/1`: in answers, exports and copies alike. */
import type { ReadingOptions } from '../../core/projection/options';
import type { ModelSummary } from '../modelSummary';
import {
  MAX_COUNTED_PAIRS,
  type DirectionReading,
  type PairOptions,
  type PairReading,
  type PairView,
} from '../pairs';
import type { RowReading, RowStatistics, ScoredToken, TokenView } from '../reading';
import { count } from './numbers';
import { isDirection, isHead, type Reading, type ReadingSource } from './readings';

/** The name of this form. */
export const SCHEMA = 'vocabscope/1';

export type Json = Readonly<Record<string, unknown>>;

/** A token: exact text, or bytes where they are no UTF-8. */
export function tokenJson(token: TokenView): Json {
  return {
    id: token.id,
    token: token.text,
    ...(token.hex === undefined ? {} : { bytes: token.hex }),
    ...(token.special === true ? { special: true } : {}),
    ...(token.padding === true ? { padding: true } : {}),
    ...(token.undertrained === true ? { undertrained: true } : {}),
  };
}

/** A token of a list, with what ranks it. */
export function scoredJson(token: ScoredToken): Json {
  const { id, token: text, ...marks } = tokenJson(token);
  return {
    id,
    token: text,
    score: token.score,
    ...(token.dot === undefined ? {} : { dot: token.dot }),
    ...marks,
  };
}

/** The moments of a reading and what its lists leave out. */
export function statisticsJson(
  row: RowStatistics & Pick<RowReading, 'nonFinite' | 'omitted'>,
): Json {
  return {
    mean: row.mean,
    std: row.std,
    skewness: row.skewness,
    kurtosis: row.kurtosis,
    kurtosis_centered: row.kurtosisCentered,
    z: row.z,
    speaks: row.speaks,
    nonFinite: row.nonFinite,
    omitted: row.omitted,
  };
}

/** What a row says, in short: the words that stand beside its like. Null where there is no row. */
export function wordsJson(reading: RowReading | null): Json | null {
  return reading === null
    ? null
    : {
        z: reading.z,
        speaks: reading.speaks,
        top: reading.top.map(scoredJson),
        bottom: reading.bottom.map(scoredJson),
      };
}

/** A reading without the id of what was read. */
function sideJson(row: RowReading): Json {
  return {
    space: row.space,
    norm: row.norm,
    ...statisticsJson(row),
    ...(row.sharedBy === undefined ? {} : { sharedBy: row.sharedBy }),
    ...(row.note === undefined ? {} : { note: row.note }),
    top: row.top.map(scoredJson),
    bottom: row.bottom.map(scoredJson),
  };
}

function directionJson(direction: DirectionReading): Json {
  return {
    component: direction.component,
    sigma: direction.sigma,
    ...(direction.degenerate ? { degenerate: true } : {}),
    left: sideJson(direction.left),
    right: sideJson(direction.right),
  };
}

function pairJson({ row, column, score, dot }: PairView): Json {
  return {
    row: tokenJson(row),
    column: tokenJson(column),
    score,
    ...(dot === undefined ? {} : { dot }),
  };
}

/** Said of a head whose pairs beyond the threshold are more than are counted. */
export function uncountedSentence({ component }: PairReading): string {
  return `More than ${count(MAX_COUNTED_PAIRS)} pairs of ${component} are beyond that threshold, which is as far as they are counted.`;
}

/** What a head's reading must say besides its numbers. */
export function headNotes(reading: PairReading): readonly string[] {
  return [
    ...(reading.note === undefined ? [] : [reading.note]),
    ...(reading.count === null ? [uncountedSentence(reading)] : []),
  ];
}

function headJson(reading: PairReading): Json {
  const { component, exact, visited, statistics, omitted } = reading;
  const notes = headNotes(reading);
  return {
    component,
    row_space: reading.rowSpace,
    column_space: reading.columnSpace,
    exact,
    visited,
    ...(reading.count === undefined ? {} : { count: reading.count }),
    z: statistics?.z ?? null,
    statistic: statistics?.statistic ?? null,
    pairings: statistics?.pairings ?? 0,
    copying: statistics?.copying ?? null,
    omitted,
    ...(notes.length === 0 ? {} : { note: notes.join(' ') }),
    top: reading.top.map(pairJson),
  };
}

/** Any reading, as `rows` of an answer hold it. */
export function readingJson(reading: Reading): Json {
  if (isHead(reading)) {
    return headJson(reading);
  }
  return isDirection(reading)
    ? directionJson(reading)
    : { component: reading.component, ...sideJson(reading) };
}

/** Options of rows and singular directions. */
export function optionsJson(options: ReadingOptions): Json & { readonly filters: Json } {
  const { filters } = options;
  return {
    space: options.space,
    fold: options.fold,
    rank: options.rank,
    without_common: options.withoutCommon,
    top: options.k,
    filters: {
      ascii: filters.ascii,
      alphanumeric: filters.alphanumeric,
      word_start: filters.wordStart,
      exclude_special: filters.excludeSpecial,
      exclude_undertrained: filters.excludeUndertrained,
      list: filters.list?.length ?? null,
    },
  };
}

/** Options of heads. */
export function pairOptionsJson(options: PairOptions): Json & { readonly filters: Json } {
  const shared = optionsJson(options);
  return {
    ...shared,
    filters: {
      ...shared.filters,
      exclude_same: options.excludeSame,
      exclude_case: options.excludeCase,
    },
    threshold: options.threshold ?? null,
    rows: options.rows ?? null,
    columns: options.columns ?? null,
    negative: options.negative,
    delta: options.delta ?? 0,
  };
}

/** A file as it is called from a folder: by its name alone where it lies in it. */
function calledFrom(folder: string, file: string): string {
  const name = file.slice(folder.length);
  return file.startsWith(folder) && !/[/\\]/u.test(name) ? name : file;
}

function folderOf(file: string): string {
  return file.slice(0, Math.max(file.lastIndexOf('/'), file.lastIndexOf('\\')) + 1);
}

/** Which model, in a few words: what every line of an export can carry. Files elsewhere go by their whole path. */
export function sourceJson(summary: ModelSummary): Json {
  const { name, architecture, canonicalPath, configPath, tokenizerFiles } = summary;
  const folder = folderOf(canonicalPath);
  const called = (file: string): string => calledFrom(folder, file);
  return {
    name,
    architecture,
    weights: called(canonicalPath),
    config: configPath === null ? null : called(configPath),
    tokenizer: tokenizerFiles.length === 0 ? null : tokenizerFiles.map(called).join(', '),
  };
}

/** A reading on a line of its own: it says where it comes from and how it was read. */
export function lineJson(reading: Reading, source: ReadingSource): Json {
  const { summary, options, pairOptions } = source;
  return {
    ...readingJson(reading),
    model: sourceJson(summary),
    options:
      isHead(reading) && pairOptions !== undefined
        ? pairOptionsJson(pairOptions)
        : optionsJson(options),
    schema: SCHEMA,
  };
}
