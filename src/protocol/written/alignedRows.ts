/** Rows of two models beside each other, as copies and exports hold them. */
import type { ReadingOptions } from '../../core/projection/options';
import type {
  AlignmentGroup,
  AlignRowsParams,
  AlignRowsResult,
  RowMatch,
  RowPair,
} from '../alignment';
import type { RowReading } from '../reading';
import { comparedJson, type AlignmentSource } from './alignment';
import { rowPairJson } from './alignmentJson';
import { briefTokens, MATCH, WORDS } from './beside';
import { optionsJson } from './json';
import { linesOf, type WrittenList } from './list';
import { code, tableLine } from './markdown';
import { count, counted, decimal } from './numbers';
import {
  column,
  columnsOf,
  constantsOf,
  modelConstants,
  placeOfRow,
  ROW_PLACE,
  type Column,
} from './table';

const RHO_DIGITS = 3;
/** The layers whose rows are compared, and how they are read and listed. */
export interface AlignedRowsSource extends AlignmentSource {
  readonly group: AlignmentGroup;
  readonly layerA: number;
  readonly layerB: number;
  readonly mutualOnly: boolean;
  readonly sort: AlignRowsParams['sort'];
  readonly options: ReadingOptions;
}

interface Read {
  readonly match: RowMatch | null;
  readonly reading: RowReading | null;
}

const READ: readonly Column<Read>[] = [
  ...columnsOf(MATCH, ({ match }: Read) => match),
  ...columnsOf(WORDS, ({ reading }: Read) => reading),
];

/** The assigned row is read once where it is the nearest. */
function assignedOf({ assigned, assignedReading, nearestReading }: RowPair): Read {
  return {
    match: assigned,
    reading: assigned === null ? null : (assignedReading ?? nearestReading),
  };
}

const COLUMNS: readonly Column<RowPair>[] = [
  ...columnsOf(ROW_PLACE, ({ component }: RowPair) => ({ place: placeOfRow(component) })),
  ...columnsOf(WORDS, ({ reading }: RowPair) => reading),
  ...columnsOf(
    READ,
    ({ nearest, nearestReading }: RowPair) => ({ match: nearest, reading: nearestReading }),
    'nearest_',
  ),
  column('mutual', 'boolean', ({ mutual }) => mutual),
  ...columnsOf(READ, assignedOf, 'assigned_'),
];

function rho(match: RowMatch | null): string {
  return decimal(match?.rho ?? null, RHO_DIGITS);
}

function markdownRow(pair: RowPair): string {
  const { component, reading, nearest, nearestReading, mutual } = pair;
  const assigned = assignedOf(pair);
  return tableLine([
    ...[code(component), briefTokens(reading)],
    ...[
      nearest === null ? '–' : code(nearest.component),
      rho(nearest),
      briefTokens(nearestReading),
    ],
    mutual ? 'yes' : 'no',
    ...[assigned.match === null ? '–' : code(assigned.match.component), rho(assigned.match)],
  ]);
}

/** Rows of a layer of A beside their like in a layer of B. */
export function alignedRowsList(
  result: Omit<AlignRowsResult, 'rows'>,
  source: AlignedRowsSource,
): WrittenList<RowPair> {
  const { summary, other, excludeUndertrained, group, layerA, layerB, mutualOnly, sort } = source;
  const [tableA, tableB] = [layerA, layerB].map((layer) => `L${String(layer)}.${group}`);
  const { total, rowsA, rowsB, mutual, meanNearest, meanAssigned, control } = result;
  const { options, ...models } = comparedJson(source);
  return {
    ...linesOf(COLUMNS, (pair: RowPair) => [pair]),
    constants: [
      ...modelConstants(other, 'other'),
      ...constantsOf(source, 'rows'),
      { name: 'option_exclude_undertrained', value: excludeUndertrained },
      { name: 'option_group', value: group },
      { name: 'option_layer_a', value: layerA },
      { name: 'option_layer_b', value: layerB },
      { name: 'option_mutual_only', value: mutualOnly },
      { name: 'option_sort', value: sort },
    ],
    markdownHead: [
      `# ${code(tableA ?? '')} of ${code(summary.name)} (A) beside ${code(tableB ?? '')} of ${code(other.name)} (B)`,
      '',
      `- ${counted(rowsA, 'row', 'rows')} of A, ${count(rowsB)} of B, ${count(mutual)} of them each other's nearest${mutualOnly ? '; only these are listed' : ''}`,
      `- mean |rho| of the nearest ${decimal(meanNearest, RHO_DIGITS)}, assigned one to one ${decimal(meanAssigned, RHO_DIGITS)}, with B's tokens shuffled ${decimal(control, RHO_DIGITS)}`,
      '',
      tableLine(['A', 'A tokens', 'B', 'rho', 'B tokens', 'Mutual', 'One to one', 'rho']),
      '|:--|:--|:--|--:|:--|:--|:--|--:|',
    ],
    markdown: (pair) => [markdownRow(pair)],
    facts: {
      ...models,
      options: { ...optionsJson(source.options), ...options, mutual_only: mutualOnly, sort },
      tables: { a: tableA, b: tableB },
      summary: { total, rowsA, rowsB, mutual, meanNearest, meanAssigned, control },
    },
    json: { key: 'rows', item: rowPairJson },
  };
}
