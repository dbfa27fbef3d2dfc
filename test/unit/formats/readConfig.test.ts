import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { jsonDepth } from '../../../src/formats/jsonDepth';
import { readConfig } from '../../../src/formats/readConfig';
import { temporaryFolder } from './temporary';

const folder = temporaryFolder();
afterAll(() => {
  folder.remove();
});

const place = (text: Uint8Array | string): string => folder.place('config.json', text);

describe('readConfig', () => {
  it('gives the keys of the file and no others', async () => {
    const text =
      '{"model_type":"gpt2","__proto__":{"n_head":3},"id2label":{"0":"A","constructor":"B"},"x":[{}]}';
    const config = await readConfig(place(text));
    expect([...config.keys()]).toEqual(['model_type', '__proto__', 'id2label', 'x']);
    expect(config.get('n_head')).toBeUndefined();
    const labels = config.get('id2label') as Record<string, unknown>;
    expect(Object.entries(labels)).toEqual([
      ['0', 'A'],
      ['constructor', 'B'],
    ]);
    expect('toString' in labels).toBe(false);
    expect(({} as Record<string, unknown>)['n_head']).toBeUndefined();
  });

  it('takes what Python writes: NaN and infinities are null, inside texts they stay', async () => {
    const text = '{"a": Infinity, "b": [-Infinity, NaN, 1], "c": "NaN \\" Infinity", "d": 2}';
    expect([...(await readConfig(place(text)))]).toEqual([
      ['a', null],
      ['b', [null, null, 1]],
      ['c', 'NaN " Infinity'],
      ['d', 2],
    ]);
  });

  it('takes a byte order mark', async () => {
    expect((await readConfig(place('\ufeff{"a":1}'))).get('a')).toBe(1);
  });

  it.each<[what: string, text: Uint8Array | string, message: RegExp]>([
    ['nothing', '', /config\.json cannot be read as JSON/u],
    ['no JSON', '{"a": }', /config\.json cannot be read as JSON/u],
    ['Infinity and no JSON', '{"a": Infinity,, }', /config\.json cannot be read as JSON/u],
    ['a list', '[]', /config\.json is JSON but no object/u],
    ['null', 'null', /config\.json is JSON but no object/u],
    ['depth', `{"a":${'['.repeat(1e5)}${']'.repeat(1e5)}}`, /config\.json is nested/u],
    ['depth without end', '{"a":'.repeat(1e5), /config\.json is nested/u],
    ['other bytes', Uint8Array.of(0xff, 0xfe, 0x7b), /config\.json is no UTF-8/u],
    ['too much', Buffer.alloc(5e6, ' '), /config\.json has 5000000 bytes/u],
  ])('refuses %s', async (_, text, message) => {
    const refusal = expect(readConfig(place(text))).rejects;
    await refusal.toMatchObject({ reason: 'invalidConfig' });
    await refusal.toThrow(message);
  });
});

describe('jsonDepth', () => {
  const depthOf = (value: unknown): number =>
    typeof value === 'object' && value !== null
      ? 1 + Math.max(0, ...Object.values(value).map(depthOf))
      : 0;

  it('is the depth of what is parsed', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 6, stringUnit: 'grapheme' }), (value) => {
        expect(jsonDepth(JSON.stringify(value))).toBe(depthOf(value));
      }),
    );
  });
});
