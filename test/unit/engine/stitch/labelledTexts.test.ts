import * as fc from 'fast-check';
import { openSync, writeSync, closeSync } from 'node:fs';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { quietContext } from '../../../../src/engine/context';
import {
  readLabelledTexts,
  type DataRequest,
  type LabelledTexts,
} from '../../../../src/engine/stitch/labelledTexts';
import { temporaryFolder } from '../../formats/temporary';

const folder = temporaryFolder();
afterAll(() => {
  folder.remove();
});

const COLUMNS = { text: 'text', label: 'label' };
const LABELS = ['NEGATIVE', 'POSITIVE'];

function read(
  name: string,
  content: string | Uint8Array,
  request: Partial<DataRequest> = {},
): Promise<LabelledTexts> {
  const file = folder.place(name, content);
  return readLabelledTexts(
    { file, columns: COLUMNS, labels: LABELS, maxTexts: 1000, ...request },
    quietContext(),
  );
}

const PLAIN = 'text,label\nbad film,NEGATIVE\ngood film,POSITIVE\n';

describe('labelled texts', () => {
  it('come from CSV, quotes and line ends of texts kept', async () => {
    const csv = 'id,text,label\r\n1,"a ""b"", c\nd",negative\r\n2,plain,Positive\r\n';
    expect(await read('a.csv', csv)).toEqual({
      texts: [
        { text: 'a "b", c\nd', label: 0 },
        { text: 'plain', label: 1 },
      ],
      records: 2,
      empty: 0,
      firstEmpty: null,
    });
  });

  it('come from JSONL, numbers as labels', async () => {
    const jsonl = '\uFEFF{"text":"bad","label":0}\n\n{"label":1,"text":"good"}';
    const { texts } = await read('a.jsonl', jsonl);
    expect(texts).toEqual([
      { text: 'bad', label: 0 },
      { text: 'good', label: 1 },
    ]);
  });

  it('come from columns of other names, other delimiters, with a byte order mark', async () => {
    const columns = { text: 'review', label: 'stars' };
    const wanted = [
      { text: 'bad, very', label: 0 },
      { text: 'good', label: 1 },
    ];
    const semicolons = '\uFEFFreview;stars\nbad, very;0\ngood;1\n';
    expect((await read('b.csv', semicolons, { columns })).texts).toEqual(wanted);
    const tabs = 'stars\treview\n0\tbad, very\n1\tgood\n';
    expect((await read('b.tsv', tabs, { columns })).texts).toEqual(wanted);
  });

  it('whatever they hold, are what was written', async () => {
    const text = fc.string({ unit: 'grapheme', minLength: 1 }).filter((each) => each.trim() !== '');
    await fc.assert(
      fc.asyncProperty(fc.array(text, { minLength: 1, maxLength: 20 }), async (list) => {
        const quoted = (each: string): string => `"${each.replaceAll('"', '""')}"`;
        const rows = ['a', ...list].map((each, i) => `${quoted(each)},${String(i % 2)}`);
        const csv = await read('p.csv', `text,label\n${rows.join('\n')}\nz,1\n`);
        const lines = ['a', ...list].map((each, i) => JSON.stringify({ text: each, label: i % 2 }));
        const jsonl = await read('p.jsonl', `${lines.join('\n')}\n{"text":"z","label":1}\n`);
        expect(csv.texts).toEqual(jsonl.texts);
        expect(csv.texts.map((each) => each.text)).toEqual(['a', ...list, 'z']);
      }),
      { numRuns: 60 },
    );
  });

  it('that are empty are left out and counted', async () => {
    const found = await read('e.csv', 'text,label\n,NEGATIVE\nbad,0\n" ",1\ngood,1\n');
    expect(found).toMatchObject({ records: 4, empty: 2, firstEmpty: 2 });
    expect(found.texts).toHaveLength(2);
  });

  it('match labels by their text before their number', async () => {
    const labels = ['1', '0', 'Yes'];
    const found = await read('l.csv', 'text,label\na,0\nb,1\nc,yes\nd,2\n', { labels });
    expect(found.texts.map(({ label }) => label)).toEqual([1, 0, 2, 2]);
    const unnamed = await read('u.csv', 'text,label\na,LABEL_1\nb,label_0\n', { labels });
    expect(unnamed.texts.map(({ label }) => label)).toEqual([1, 0]);
  });

  it('of a longer file are drawn at random, the same every time, in the order of the file', async () => {
    const rows = Array.from({ length: 500 }, (_, i) => `t${String(i)},${String(i % 2)}`);
    const csv = `text,label\n${rows.join('\n')}\n`;
    const drawn = await read('s.csv', csv, { maxTexts: 40 });
    const places = drawn.texts.map(({ text }) => Number(text.slice(1)));
    expect(drawn.records).toBe(500);
    expect(places).toHaveLength(40);
    expect(places).toEqual(places.toSorted((a, b) => a - b));
    expect(Math.max(...places)).toBeGreaterThan(400);
    expect(Math.min(...places)).toBeLessThan(100);
    expect(await read('s.csv', csv, { maxTexts: 40 })).toEqual(drawn);
  });

  it('of millions of rows are streamed, in little memory', { timeout: 120_000 }, async () => {
    const file = path.join(folder.path, 'long.csv');
    const handle = openSync(file, 'w');
    const rows = 200_000;
    writeSync(handle, 'text,label\n');
    const block = '"a film, of which much was said",NEGATIVE\ngood,POSITIVE\n'.repeat(1000);
    for (let written = 0; written < rows; written += 2000) {
      writeSync(handle, block);
    }
    closeSync(handle);
    const before = process.memoryUsage().arrayBuffers + process.memoryUsage().heapUsed;
    let most = 0;
    const seen: number[] = [];
    const found = await readLabelledTexts(
      { file, columns: COLUMNS, labels: LABELS, maxTexts: 100 },
      {
        ...quietContext(),
        onProgress: ({ done, total, unit }) => {
          expect(unit).toBe('bytes');
          seen.push(done / total);
          const { arrayBuffers, heapUsed } = process.memoryUsage();
          most = Math.max(most, arrayBuffers + heapUsed - before);
        },
      },
    );
    expect(found.records).toBe(rows);
    expect(found.texts).toHaveLength(100);
    expect(seen.length).toBeGreaterThan(100);
    expect(Math.max(...seen)).toBeLessThanOrEqual(1);
    // The whole file is 7 MB of text, 200,000 objects as records.
    expect(most).toBeLessThan(100 * 1024 * 1024);
  });

  it('stop being read when the work is cancelled', async () => {
    const controller = new AbortController();
    const rows = Array.from({ length: 5000 }, (_, i) => `t${String(i)},${String(i % 2)}`);
    const file = folder.place('c.csv', `text,label\n${rows.join('\n')}\n`);
    const reading = readLabelledTexts(
      { file, columns: COLUMNS, labels: LABELS, maxTexts: 10 },
      {
        cancellation: controller.signal,
        onProgress: () => {
          controller.abort();
        },
      },
    );
    await expect(reading).rejects.toThrow('Cancelled.');
  });
});

describe('data that cannot be used gets a sentence with its line', () => {
  it.each<[string, string, string | Uint8Array, RegExp]>([
    ['without a column', 'm.csv', 'review,label\na,0\n', /no column "text".*"review", "label"/u],
    ['without any column', 'n.csv', '', /holds no records/u],
    ['of a header alone', 'h.csv', 'text,label\n', /holds no records/u],
    ['with one label', 'o.csv', 'text,label\na,1\nb,1\n', /label "POSITIVE".*at least two/u],
    ['with empty texts alone', 'q.csv', 'text,label\n,1\n,0\n', /All 2 texts .* are empty/u],
    [
      'with a label that the classifier lacks',
      'u.csv',
      'text,label\na,0\nb,maybe\n',
      /line 3: the label "maybe" is none.*NEGATIVE, POSITIVE, or their numbers from 0 to 1/u,
    ],
    ['with a number too high', 'v.csv', 'text,label\na,2\n', /"2" is none/u],
    ['with a quote that stays open', 'w.csv', `${PLAIN}"never closed,1\n`, /never closed/u],
    [
      'with a quote closed too early',
      'x.csv',
      `${PLAIN}"a "film" like this",1\n`,
      /line 4: a quote is closed in the middle/u,
    ],
    [
      'with a quote in a plain text',
      'y.csv',
      `${PLAIN}a "film" like this,1\n`,
      /line 4: a quote stands in the middle/u,
    ],
    [
      'with a line of more fields',
      'z.csv',
      `${PLAIN}a, film,1\n`,
      /line 4: .*another number of fields/u,
    ],
    [
      'that is not UTF-8',
      'aa.csv',
      Uint8Array.of(0x74, 0x65, 0x78, 0x74, 0x2c, 0xe9, 0x0a, 0xff),
      /no UTF-8 text/u,
    ],
    [
      'with a line that is no JSON',
      'ab.jsonl',
      '{"text":"a","label":0}\nx\n',
      /line 2 is no JSON/u,
    ],
    ['that is a JSON array', 'ac.json', '[{"text":"a","label":0}]', /line 1 is no JSON object/u],
    ['without a key', 'ad.jsonl', '{"text":"a"}\n', /line 1, has no column "label"/u],
    ['with a value that is no text', 'ae.jsonl', '{"text":[],"label":0}', /"text" is no text/u],
  ])('%s', async (_, name, content, sentence) => {
    await expect(read(name, content)).rejects.toThrow(sentence);
    await expect(read(name, content)).rejects.toMatchObject({ reason: 'invalidData' });
  });

  it('that is not there', async () => {
    const request = { columns: COLUMNS, labels: LABELS, maxTexts: 1 };
    await expect(
      readLabelledTexts({ file: '/no/data.csv', ...request }, quietContext()),
    ).rejects.toMatchObject({
      reason: 'invalidData',
      message: expect.stringMatching(/data\.csv was not found/u) as string,
    });
    await expect(
      readLabelledTexts({ file: folder.path, ...request }, quietContext()),
    ).rejects.toThrow(/is a folder/u);
  });
});
