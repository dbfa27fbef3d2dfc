import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { parquetMetadata, parquetReadObjects } from 'hyparquet';
import { describe, expect, test } from 'vitest';
import type { PairView } from '../../../../src/protocol/pairs';
import type { ScoredToken, TokenView } from '../../../../src/protocol/reading';
import { lineJson } from '../../../../src/protocol/written/json';
import { isDirection, isHead, type Reading } from '../../../../src/protocol/written/readings';
import { headReading, readingsOfOneKind, rowReading, SOURCE } from './arbitraryReadings';
import { textBy, writtenBy } from './writtenBy';

const LONE_SURROGATE = /\p{Surrogate}/u;

/** A text that UTF-8 can hold, else nothing: half of a surrogate pair has no bytes of its own. */
function writable(token: TokenView): string | null {
  return token.text === null || LONE_SURROGATE.test(token.text) ? null : token.text;
}

/** What of a place in a list must come back. */
function placeOf(place: ScoredToken | PairView): readonly unknown[] {
  const dot = place.dot ?? place.score;
  return 'row' in place
    ? [place.score, dot, place.row.id, writable(place.row), place.column.id, writable(place.column)]
    : [place.score, dot, place.id, writable(place), place.special === true, place.padding === true];
}

/** Lists as tables hold them: component, vector of a direction, list, places. */
function listsOf(readings: readonly Reading[]): readonly (readonly unknown[])[] {
  return readings.flatMap((reading) => {
    if (isHead(reading)) return [[reading.component, undefined, 'top', reading.top.map(placeOf)]];
    const sides = isDirection(reading)
      ? ([
          ['left', reading.left],
          ['right', reading.right],
        ] as const)
      : ([[undefined, reading]] as const);
    return sides.flatMap(([vector, { component, top, bottom }]) => [
      [component, vector, 'top', top.map(placeOf)],
      [component, vector, 'bottom', bottom.map(placeOf)],
    ]);
  });
}

type Cells = Readonly<Record<string, unknown>>;

function placeFrom(cells: Cells): readonly unknown[] {
  return 'row_id' in cells
    ? ['score', 'dot', 'row_id', 'row_token', 'column_id', 'column_token'].map((key) => cells[key])
    : ['score', 'dot', 'id', 'token', 'special', 'padding'].map((key) => cells[key]);
}

const NUMBERS = /^(score|dot|id|row_id|column_id|place|z|norm|omitted_undertrained)$/u;

function csvRecords(text: string): readonly Cells[] {
  return parse<Cells>(text, {
    columns: true,
    bom: false,
    cast: (value, { quoting, column, header }) => {
      if (header || quoting || (value !== '' && !NUMBERS.test(String(column)))) {
        return value === 'true' || value === 'false' ? (quoting ? value : value === 'true') : value;
      }
      return value === '' ? null : Number(value);
    },
  });
}

const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** hyparquet's own reader of texts drops a byte order mark that they begin with. */
function textOf(bytes: Uint8Array | undefined): string | undefined {
  return bytes === undefined ? undefined : UTF8.decode(bytes);
}

async function parquetRows(bytes: Uint8Array): Promise<readonly Cells[]> {
  const { buffer, byteOffset, byteLength } = bytes;
  const file = buffer.slice(byteOffset, byteOffset + byteLength) as ArrayBuffer;
  return parquetReadObjects({ file, parsers: { stringFromBytes: textOf } });
}

describe('CSV', () => {
  test('comes back from a reader of RFC 4180, whatever tokens hold', async () => {
    await fc.assert(
      fc.asyncProperty(readingsOfOneKind, async (readings) => {
        const records = csvRecords(await textBy('csv', readings));
        const expected = listsOf(readings).flatMap(([component, vector, list, places]) =>
          (places as readonly (readonly unknown[])[]).map((place, at) => [
            ...[component, vector, list, at],
            ...place.map((cell) => (cell === true || cell === false ? String(cell) : cell)),
          ]),
        );
        const found = records
          .filter(({ list }) => list !== null)
          .map((record) => [
            ...[record['component'], record['vector'], record['list'], record['place']],
            ...placeFrom(record).map((cell) =>
              cell === true || cell === false ? String(cell) : cell,
            ),
          ]);
        expect(found).toEqual(expected);
      }),
    );
  });

  test('has a line for a reading whose lists are empty, and facts and source on every line', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(rowReading, { minLength: 1, maxLength: 4 }), async (readings) => {
        const records = csvRecords(await textBy('csv', readings));
        let at = 0;
        for (const { component, top, bottom, z, norm, omitted } of readings) {
          const lines = Math.max(1, top.length + bottom.length);
          for (const record of records.slice(at, at + lines)) {
            expect(record).toMatchObject({ component, z, norm });
            expect(record).toMatchObject({
              ...{ omitted_undertrained: omitted.undertrained, model: SOURCE.summary.name },
              ...{ option_fold: 'norms', option_top: '20', option_filters: '' },
            });
          }
          at += lines;
        }
        expect(records).toHaveLength(at);
      }),
    );
  });

  test('lines end as RFC 4180 wants', async () => {
    const text = await textBy('csv', fc.sample(rowReading, 1));
    expect(text.endsWith('\r\n')).toBe(true);
    expect(text.split('\r\n')[0]).toMatch(/^component,layer,head,kind,row,list,place,id,token,/u);
  });

  test('halves of surrogate pairs are given by their bytes', async () => {
    const [reading] = fc.sample(rowReading, 1);
    const top = [{ id: 1, text: 'a\ud800', score: 1 }];
    const [record] = csvRecords(
      await textBy('csv', reading === undefined ? [] : [{ ...reading, top }]),
    );
    expect(record).toMatchObject({ token: null, bytes: '61eda080' });
  });
});

test('JSON Lines hold what answers of the command line hold, and where it comes from', async () => {
  await fc.assert(
    fc.asyncProperty(readingsOfOneKind, async (readings) => {
      const lines = (await textBy('jsonl', readings)).split('\n');
      expect(lines.pop()).toBe('');
      expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual(
        readings.map((reading) => lineJson(reading, SOURCE)),
      );
      expect(lines.every((line) => line.includes('"schema":"vocabscope/1"'))).toBe(true);
    }),
  );
});

describe('Parquet', () => {
  test('comes back with its lists, whatever tokens hold', async () => {
    await fc.assert(
      fc.asyncProperty(readingsOfOneKind, async (readings) => {
        const rows = await parquetRows(await writtenBy('parquet', readings));
        const found = rows.flatMap((row) =>
          ['top', 'bottom']
            .filter((list) => list in row)
            .map((list) => [
              ...[row['component'], row['vector'], list],
              (row[list] as readonly Cells[]).map(placeFrom),
            ]),
        );
        expect(found).toEqual(listsOf(readings));
      }),
    );
  });

  test('says the model and the options in its metadata, and splits what is long', async () => {
    const [reading] = fc.sample(rowReading, 1);
    if (reading === undefined) throw new Error('fast-check gave nothing');
    const many = Array.from({ length: 5001 }, (_, row) => ({
      ...reading,
      component: `L0.FF.K[${String(row)}]`,
    }));
    const bytes = await writtenBy('parquet', many);
    const { buffer, byteOffset, byteLength } = bytes;
    const metadata = parquetMetadata(
      buffer.slice(byteOffset, byteOffset + byteLength) as ArrayBuffer,
    );
    expect(metadata.num_rows).toBe(5001n);
    expect(metadata.row_groups.length).toBeGreaterThan(1);
    expect(metadata.created_by).toMatch(/^vocabscope \d/u);
    const said = Object.fromEntries(
      (metadata.key_value_metadata ?? []).map(({ key, value }) => [key, value]),
    );
    expect(said).toMatchObject({
      ...{ schema: 'vocabscope/1', model: SOURCE.summary.name, option_fold: 'norms' },
      components: '["L*.FF.V[*]"]',
    });
    const rows = await parquetRows(bytes);
    expect(rows.map(({ row }) => row)).toEqual(many.map((_, row) => row));
  });
});

/** The cells of a line of a table in GitHub's Markdown: bars with a backslash before them are text. */
function markdownCells(line: string): readonly string[] {
  return line
    .slice(2, -2)
    .split(/ (?<!\\)\| /u)
    .map((cell) => cell.replaceAll('\\|', '|'));
}

/** The text of a code span. */
function codeText(cell: string): string {
  const fence = /^`+/u.exec(cell)?.[0] ?? '';
  const inner = cell.slice(fence.length, cell.length - fence.length);
  expect(inner.split(/[^`]/u)).not.toContain(fence);
  return /^ [\s\S]* $/u.test(inner) && inner.trim() !== '' ? inner.slice(1, -1) : inner;
}

describe('Markdown', () => {
  test('keeps every table whole and every text exact', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(headReading, { minLength: 1, maxLength: 3 }), async (readings) => {
        const lines = (await textBy('md', readings)).split('\n');
        const cells = lines
          .filter((line) => line.startsWith('| ') && !line.startsWith('| Row |'))
          .map(markdownCells);
        const pairs = readings.flatMap(({ top }) => top);
        expect(cells.map(({ length }) => length)).toEqual(pairs.map(() => 3));
        cells.forEach(([row = '', column = ''], index) => {
          const texts = [pairs[index]?.row.text, pairs[index]?.column.text];
          [row, column].forEach((cell, side) => {
            const text = texts[side];
            if (typeof text !== 'string') return;
            expect(JSON.parse(codeText(cell))).toBe(text);
          });
        });
      }),
    );
  });

  test('says the model, the options and the number of readings', async () => {
    const text = await textBy('md', fc.sample(rowReading, 3));
    expect(text).toMatch(/^# Readings of `a "tiny", model`\n/u);
    expect(text).toContain('tokenizer /elsewhere/tokenizer.json');
    expect(text).toContain('- Rows read with: `space auto, fold norms, rank dot');
    expect(text).toMatch(/\n3 readings\.\n$/u);
  });
});

const TAGS =
  /<\/?(!DOCTYPE html|html|head|meta|title|style|body|h1|h2|dl|dt|dd|table|thead|tbody|tr|th|td|ol|li|br|small|bdi|i|p|span|section)(?: [^<>]*)?>/gu;

function unescaped(text: string): string {
  return text
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&');
}

describe('HTML', () => {
  test('shows no markup but its own, and has every exact text', async () => {
    await fc.assert(
      fc.asyncProperty(readingsOfOneKind, async (readings) => {
        const page = await textBy('html', readings);
        expect(page.replace(TAGS, '')).not.toMatch(/[<>]/u);
        const titles = [...page.matchAll(/<bdi class="token" title="([^"]*)"/gu)].map(
          ([, title = '']) => unescaped(title),
        );
        const tokens = readings.flatMap((reading): readonly TokenView[] => {
          if (isHead(reading)) return reading.top.flatMap(({ row, column }) => [row, column]);
          const sides = isDirection(reading) ? [reading.left, reading.right] : [reading];
          return sides.flatMap(({ top, bottom }) => [...top, ...bottom]);
        });
        expect(titles).toHaveLength(tokens.length);
        tokens.forEach(({ text, id }, index) => {
          const title = titles[index] ?? '';
          expect(title).toContain(`, id ${String(id)}`);
          if (text === null) return;
          expect(JSON.parse(title.slice(0, title.lastIndexOf(', id')))).toBe(text);
        });
      }),
    );
  });

  test('runs nothing and loads nothing', async () => {
    const page = await textBy('html', fc.sample(rowReading, 2));
    expect(page).toContain(`content="default-src 'none'; style-src 'unsafe-inline'"`);
    expect(page).not.toMatch(/<script|<link|<img|url\(/u);
  });
});
