import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { VocabScopeError } from '../../../src/core/errors';
import { dtypeBits } from '../../../src/core/tensor/dtype';
import { elementCount } from '../../../src/core/tensor/tensorInfo';
import { JsonFault, JsonScanner } from '../../../src/formats/jsonScanner';
import { readSafetensorsHeader } from '../../../src/formats/safetensors/file';
import { memorySource } from './memorySource';
import { validSafetensors } from './safetensorsFixture';

const MUTATED_FILES = 20_000;

/** What one header may make the process grow by, garbage included. */
const MAX_GROWTH_BYTES = 256 * 1024 * 1024;

const BASE = validSafetensors(
  [
    { name: 'wte.weight', dtype: 'F32', shape: [3, 4] },
    { name: 'h.0.ln', dtype: 'BF16', shape: [4] },
    { name: 'mask', dtype: 'BOOL', shape: [] },
    { name: 'empty', dtype: 'I64', shape: [0, 2] },
  ],
  { format: 'pt' },
);

/** Pieces of headers, of numbers at the limits, and of other JSON. */
const SNIPPETS = [
  ...['{', '}', '[', ']', '"', ',', ':', '\\', '\\u0000', ' ', '\n', '\0'],
  ...['-', '0', '1', '4294967296', '9007199254740991', '9007199254740992', '1e308', '0.5', '-0'],
  ...['18446744073709551615', 'null', 'true', 'NaN', 'F64', 'F4', '[[[[[[[[', '{"a":{"a":{"a":'],
  ...['"dtype"', '"shape"', '"data_offsets"', '"__metadata__"', '"__proto__"', '"mask"'],
].map((text) => Buffer.from(text));

type Mutation = (bytes: Buffer) => Buffer;

const place = fc.nat(BASE.length + 8);

/** One change: a byte, a cut, an insertion, a copy from elsewhere, or another header length. */
const mutation: fc.Arbitrary<Mutation> = fc.oneof(
  fc.tuple(place, fc.nat(255)).map(([at, byte]): Mutation => (bytes) => {
    const copy = Buffer.from(bytes);
    copy[Math.min(at, copy.length - 1)] = byte;
    return copy;
  }),
  fc.tuple(place, fc.nat(40)).map(
    ([at, length]): Mutation =>
      (bytes) =>
        Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + length)]),
  ),
  fc.tuple(place, fc.constantFrom(...SNIPPETS), fc.nat(12)).map(
    ([at, snippet, cut]): Mutation =>
      (bytes) =>
        Buffer.concat([bytes.subarray(0, at), snippet, bytes.subarray(at + cut)]),
  ),
  fc.tuple(place, place, fc.nat(80)).map(
    ([from, to, length]): Mutation =>
      (bytes) =>
        Buffer.concat([
          bytes.subarray(0, to),
          bytes.subarray(from, from + length),
          bytes.subarray(to),
        ]),
  ),
);

/** Whether the length field is set to what the header has grown to, so that changes reach the JSON. */
const file = fc
  .tuple(fc.array(mutation, { minLength: 1, maxLength: 4 }), fc.boolean(), fc.bigInt(0n, 1n << 64n))
  .map(([mutations, isRepaired, length]) => {
    const mutated = mutations.reduce((bytes, mutate) => mutate(bytes), BASE);
    if (mutated.length < 8) {
      return mutated;
    }
    const grown = BigInt(mutated.length - BASE.length) + BASE.readBigUInt64LE();
    const isArbitrary = !isRepaired && length % 8n === 0n;
    if (isRepaired || isArbitrary) {
      mutated.writeBigUInt64LE(BigInt.asUintN(64, isRepaired ? grown : length));
    }
    return mutated;
  });

/** What opens must be as a reader may trust it. */
function requireTrustworthy(
  { entries, dataStart }: Awaited<ReturnType<typeof readSafetensorsHeader>>,
  size: number,
): void {
  expect(new Set(entries.map(({ name }) => name)).size).toBe(entries.length);
  const spans = entries.map(({ begin, end }) => [begin, end] as const);
  spans.sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  let filled = 0;
  for (const [begin, end] of spans) {
    expect(begin).toBe(filled);
    filled = end;
  }
  expect(dataStart + filled).toBe(size);
  for (const { dtype, shape, begin, end } of entries) {
    expect((elementCount(shape) * (dtypeBits(dtype) ?? NaN)) / 8).toBe(end - begin);
  }
}

describe('mutated headers', () => {
  it(`are read rightly or refused with a sentence, ${MUTATED_FILES} of them`, async () => {
    const before = process.memoryUsage().rss;
    let opened = 0;
    await fc.assert(
      fc.asyncProperty(file, async (bytes) => {
        try {
          requireTrustworthy(await readSafetensorsHeader(memorySource(bytes)), bytes.length);
          opened += 1;
        } catch (error) {
          if (!(error instanceof VocabScopeError)) {
            throw error;
          }
        }
      }),
      { numRuns: MUTATED_FILES },
    );
    expect(opened).toBeGreaterThan(0);
    expect(opened).toBeLessThan(MUTATED_FILES / 2);
    expect(process.memoryUsage().rss - before).toBeLessThan(MAX_GROWTH_BYTES);
  }, 60_000);

  it('of a hundred megabytes take no more memory than their own', async () => {
    const brackets = Buffer.alloc(100_000_000, '[');
    const header = Buffer.concat([Buffer.from('{"w":{"x":'), brackets]).subarray(0, 100_000_000);
    const length = Buffer.alloc(8);
    length.writeBigUInt64LE(BigInt(header.length));
    const bytes = Buffer.concat([length, header]);
    const before = process.memoryUsage().rss;
    await expect(readSafetensorsHeader(memorySource(bytes))).rejects.toThrow(/nested/u);
    expect(process.memoryUsage().rss - before).toBeLessThan(MAX_GROWTH_BYTES);
  });
});

describe('JsonScanner', () => {
  function scans(text: string): boolean {
    const scanner = new JsonScanner(Buffer.from(text));
    try {
      scanner.skipValue();
      scanner.expectEnd();
      return true;
    } catch (error) {
      expect(error).toBeInstanceOf(JsonFault);
      return false;
    }
  }

  function parses(text: string): boolean {
    try {
      JSON.parse(text);
      return true;
    } catch {
      return false;
    }
  }

  it('takes for JSON what JSON.parse does', () => {
    const valid = fc.json({ maxDepth: 5 });
    const broken = fc
      .tuple(valid, fc.nat(60), fc.constantFrom(...SNIPPETS.map(String)), fc.nat(3))
      .map(([text, at, snippet, cut]) => text.slice(0, at) + snippet + text.slice(at + cut));
    fc.assert(
      fc.property(fc.oneof(valid, broken), (text) => {
        expect(scans(text)).toBe(parses(text));
      }),
      { numRuns: 5000 },
    );
  });

  it('reads strings as JSON.parse does', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.boolean(), (text, isAscii) => {
        const plain = JSON.stringify(text);
        const escaped = plain.replace(/[^ -~]/gu, (character) =>
          [...Array(character.length).keys()]
            .map((unit) => `\\u${character.charCodeAt(unit).toString(16).padStart(4, '0')}`)
            .join(''),
        );
        const scanner = new JsonScanner(Buffer.from(isAscii ? escaped : plain));
        expect(scanner.readString()).toBe(text);
      }),
    );
  });
});
