import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { DocumentForm } from '../../../src/protocol/written/document';
import { SCHEMA } from '../../../src/protocol/written/json';
import {
  linesOf,
  listDocument,
  piecesOf,
  type WrittenList,
} from '../../../src/protocol/written/list';
import { column } from '../../../src/protocol/written/table';

interface Line {
  readonly name: string;
  readonly value: number;
}

interface Item {
  readonly name: string;
  readonly values: readonly number[];
}

function listOf(facts: Record<string, unknown>): WrittenList<Item> {
  return {
    ...linesOf(
      [
        column<Line>('name', 'string', ({ name }) => name),
        column<Line>('value', 'number', ({ value }) => value),
      ],
      ({ name, values }: Item) => values.map((value) => ({ name, value })),
    ),
    constants: [{ name: 'model', value: 'a, "b"' }],
    markdownHead: ['# Things', ''],
    markdown: ({ name, values }) => [`## ${name}`, values.join(' ')],
    facts,
    json: { key: 'things', item: ({ name, values }) => ({ name, values }) },
  };
}

const ITEMS = fc.array(
  fc.record({
    name: fc.string({ unit: 'binary' }),
    values: fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }), { maxLength: 3 }),
  }),
  { maxLength: 4 },
);
const FACTS = fc.dictionary(fc.stringMatching(/^[a-s]{1,4}$/u), fc.jsonValue(), { maxKeys: 3 });

test('JSON that is written piece by piece is what the whole would be', () => {
  fc.assert(
    fc.property(ITEMS, FACTS, (things, facts) => {
      const whole = JSON.stringify({ schema: SCHEMA, ...facts, things }, null, 2);
      expect(listDocument('json', listOf(facts), things)).toBe(`${whole}\n`);
    }),
  );
});

test('CSV has a line for each part of each item, which ends in what is the same on all', () => {
  fc.assert(
    fc.property(ITEMS, (things) => {
      const [header, ...lines] = parse(listDocument('csv', listOf({}), things), {
        record_delimiter: '\r\n',
      });
      expect(header).toEqual(['name', 'value', 'model']);
      const expected = things.flatMap(({ name, values }) =>
        values.map((value) => [name, value, 'a, "b"'] as const),
      );
      expect(lines.map(([name, value, model]) => [name, Number(value), model])).toEqual(
        expected.map(([name, value, model]) => [name, value === 0 ? 0 : value, model]),
      );
    }),
  );
});

test('a list whose facts hold everything has no items in JSON, but in the other forms', () => {
  const list = { ...listOf({ all: [1] }), json: null };
  const things = [{ name: 'x', values: [1, 2] }];
  expect(JSON.parse(listDocument('json', list, things))).toEqual({ schema: SCHEMA, all: [1] });
  expect(listDocument('md', list, things)).toBe('# Things\n\n## x\n1 2\n');
});

test.each<DocumentForm>(['md', 'csv', 'json'])('%s in pieces is the document', (form) => {
  const list = listOf({ fact: null });
  const things = ['a', 'b'].map((name) => ({ name, values: [1] }));
  const { head, item, foot } = piecesOf(form, list);
  const pieces = [head, ...things.map((each, index) => item(each, index)), foot(things.length)];
  expect(pieces.join('')).toBe(listDocument(form, list, things));
});
