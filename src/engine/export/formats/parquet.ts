import { ByteWriter, ParquetWriter, type SchemaElement } from 'hyparquet-writer';
import { version } from '../../../../package.json';
import { SCHEMA } from '../../../protocol/written/json';
import type { WrittenList } from '../../../protocol/written/list';
import {
  constantsOf,
  layoutOf,
  type Cell,
  type CellType,
  type ColumnInfo,
  type Constant,
  type TableItem,
  type TableLayout,
} from '../../../protocol/written/table';
import type { ExportFormat, ExportSink } from '../format';

/** Places of lists in one row group: encoding it takes a fraction of a second, in which nothing else happens. */
const GROUP_PLACES = 60_000;
/** Rows of one group where lists are short or empty. */
const GROUP_ROWS = 5_000;

const PHYSICAL: Readonly<Record<CellType, Partial<SchemaElement>>> = {
  string: { type: 'BYTE_ARRAY', converted_type: 'UTF8', logical_type: { type: 'STRING' } },
  integer: { type: 'INT32' },
  number: { type: 'DOUBLE' },
  boolean: { type: 'BOOLEAN' },
};

function leaf({ name, type }: ColumnInfo): SchemaElement {
  return { name, ...PHYSICAL[type], repetition_type: 'OPTIONAL' };
}

/** A list of structs, in the three levels that readers expect. */
function list(name: string, entry: readonly ColumnInfo[]): readonly SchemaElement[] {
  return [
    {
      name,
      ...{ converted_type: 'LIST', logical_type: { type: 'LIST' } },
      ...{ repetition_type: 'REQUIRED', num_children: 1 },
    },
    { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
    { name: 'element', repetition_type: 'REQUIRED', num_children: entry.length },
    ...entry.map(leaf),
  ];
}

function schemaOf({ identity, lists, facts, entry }: Columns): SchemaElement[] {
  const flat = [...identity, ...facts];
  return [
    { name: 'readings', num_children: flat.length + lists.length },
    ...flat.map(leaf),
    ...lists.flatMap((name) => list(name, entry)),
  ];
}

/** What every Parquet file says of itself: keys that readers show beside the schema. */
function metadataOf(constants: readonly Constant[]): { key: string; value: string }[] {
  return [
    { key: 'schema', value: SCHEMA },
    ...constants.map(({ name, value }) => ({ key: name, value: String(value ?? '') })),
  ];
}

/** The columns of a table: flat ones, and lists of structs. */
type Columns = Omit<TableLayout, 'items'>;

type Struct = Readonly<Record<string, Cell>>;

/** Collects rows into columns and writes them group by group. */
class RowGroups {
  private readonly bytes = new ByteWriter();
  private readonly parquet: ParquetWriter;
  private items: TableItem[] = [];
  private places = 0;

  constructor(
    private readonly layout: Columns,
    constants: readonly Constant[],
    private readonly sink: ExportSink,
  ) {
    this.parquet = new ParquetWriter({
      writer: this.bytes,
      schema: schemaOf(layout),
      kvMetadata: metadataOf(constants),
      createdBy: `vocabscope ${version}`,
    });
  }

  async add(item: TableItem): Promise<void> {
    this.items.push(item);
    this.places += item.lists.reduce((sum, { length }) => sum + length, 0);
    if (this.places >= GROUP_PLACES || this.items.length >= GROUP_ROWS) {
      await this.writeGroup();
    }
  }

  async finish(): Promise<void> {
    if (this.items.length > 0) {
      await this.writeGroup();
    }
    await this.parquet.finish();
    await this.drain();
  }

  private async writeGroup(): Promise<void> {
    const { items, layout } = this;
    const { identity, facts, lists, entry } = layout;
    this.items = [];
    this.places = 0;
    const struct = (place: readonly Cell[]): Struct =>
      Object.fromEntries(entry.map(({ name }, index) => [name, place[index] ?? null]));
    const columnData = [
      ...identity.map(({ name }, at) => ({
        name,
        data: items.map((item) => item.identity[at] ?? null),
      })),
      ...facts.map(({ name }, at) => ({ name, data: items.map((item) => item.facts[at] ?? null) })),
      ...lists.map((name, at) => ({
        name,
        data: items.map((item) => item.lists[at]?.map(struct) ?? []),
      })),
    ];
    // Offsets of pages would be kept until the end, for readers that skip within a row group.
    await this.parquet.write({
      columnData: columnData.map((column) => ({ ...column, offsetIndex: false })),
      rowGroupSize: items.length,
    });
    await this.drain();
  }

  private async drain(): Promise<void> {
    await this.sink.write(this.bytes.getBytes());
    this.bytes.index = 0;
  }
}

/** Parquet: a row for each reading with its lists nested in it, model and options in the file's key-value metadata. */
export const parquet: ExportFormat = {
  oneKind: true,
  async write({ source, components, kinds: [kind = 'rows'], readings }, sink) {
    const layout = layoutOf(kind);
    const constants = [
      { name: 'components', value: JSON.stringify(components) },
      ...constantsOf(source, kind),
    ];
    const groups = new RowGroups(layout, constants, sink);
    for await (const batch of readings) {
      for (const item of batch.flatMap((reading) => layout.items(reading))) {
        await groups.add(item);
      }
    }
    await groups.finish();
  },
};

/** A list as Parquet: a row for each of its lines, what is the same on all of them in the file's metadata. */
export async function writeParquetList<Item>(
  { columns, lines, constants }: WrittenList<Item>,
  items: AsyncIterable<readonly Item[]>,
  sink: ExportSink,
): Promise<void> {
  const layout = { identity: columns, facts: [], lists: [], entry: [] };
  const groups = new RowGroups(layout, constants, sink);
  for await (const batch of items) {
    for (const identity of batch.flatMap(lines)) {
      await groups.add({ identity, facts: [], lists: [] });
    }
  }
  await groups.finish();
}
