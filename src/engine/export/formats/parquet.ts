import { ByteWriter, ParquetWriter, type SchemaElement } from 'hyparquet-writer';
import { version } from '../../../../package.json';
import { SCHEMA } from '../../../protocol/written/json';
import {
  constantsOf,
  layoutOf,
  type Cell,
  type CellType,
  type ColumnInfo,
  type TableItem,
  type TableLayout,
} from '../../../protocol/written/table';
import type { ExportDocument, ExportFormat, ExportSink } from '../format';

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

function schemaOf({ identity, lists, facts, entry }: TableLayout): SchemaElement[] {
  const flat = [...identity, ...facts];
  return [
    { name: 'readings', num_children: flat.length + lists.length },
    ...flat.map(leaf),
    ...lists.flatMap((name) => list(name, entry)),
  ];
}

/** What every Parquet file says of itself: keys that readers show beside the schema. */
function metadataOf(document: ExportDocument): { key: string; value: string }[] {
  const { source, components, kinds } = document;
  const constants = constantsOf(source, kinds[0] ?? 'rows');
  return [
    { key: 'schema', value: SCHEMA },
    { key: 'components', value: JSON.stringify(components) },
    ...constants.map(({ name, value }) => ({ key: name, value: String(value ?? '') })),
  ];
}

type Struct = Readonly<Record<string, Cell>>;

/** Collects rows into columns and writes them group by group. */
class RowGroups {
  private readonly bytes = new ByteWriter();
  private readonly parquet: ParquetWriter;
  private items: TableItem[] = [];
  private places = 0;

  constructor(
    document: ExportDocument,
    private readonly layout: TableLayout,
    private readonly sink: ExportSink,
  ) {
    this.parquet = new ParquetWriter({
      writer: this.bytes,
      schema: schemaOf(layout),
      kvMetadata: metadataOf(document),
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
  async write(document, sink) {
    const layout = layoutOf(document.kinds[0] ?? 'rows');
    const groups = new RowGroups(document, layout, sink);
    for await (const batch of document.readings) {
      for (const item of batch.flatMap((reading) => layout.items(reading))) {
        await groups.add(item);
      }
    }
    await groups.finish();
  },
};
