import { existsSync, readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { VocabScopeError } from '../../../src/core/errors';
import { countNonFinite } from '../../../src/formats/countNonFinite';
import { locateModel } from '../../../src/formats/locateModel';
import { openCheckpoint } from '../../../src/formats/openCheckpoint';
import { readConfig } from '../../../src/formats/readConfig';

/** Broken and malicious files that lie beside the repository in some places, with what must become of each. */
const HOSTILE = resolve(__dirname, '../../../../shared/checkpoints/hostile');
const isThere = existsSync(HOSTILE);

interface Expectation {
  readonly must: 'open' | 'refuse';
  readonly also_ok?: 'open' | 'refuse';
  readonly message_should_mention: readonly string[];
}

/** Groups that are about files, formats and folders; `config` is judged further by those who read its keys. */
const GROUPS = /^(?:safetensors|index|other|adapter)\//u;

function expectations(): readonly (readonly [string, Expectation])[] {
  if (!isThere) {
    return [];
  }
  const all = JSON.parse(readFileSync(join(HOSTILE, 'expect.json'), 'utf8')) as Record<
    string,
    Expectation
  >;
  return Object.entries(all).filter(([name]) => GROUPS.test(name));
}

/** The sentence of the refusal, or undefined where it opens. */
async function open(path: string): Promise<string | undefined> {
  try {
    const checkpoint = await openCheckpoint((await locateModel(path)).canonicalPath);
    expect(checkpoint.tensors.size).toBeGreaterThan(0);
    await checkpoint.close();
    return undefined;
  } catch (error) {
    expect(error).toBeInstanceOf(VocabScopeError);
    return (error as VocabScopeError).message;
  }
}

describe.skipIf(!isThere)(
  'files made to break readers (skipped where they are not at hand)',
  () => {
    it.each(expectations())('%s', async (name, expected) => {
      const message = await open(join(HOSTILE, name));
      const outcome = message === undefined ? 'open' : 'refuse';
      expect([expected.must, expected.also_ok]).toContain(outcome);
      if (message !== undefined && expected.must === 'refuse') {
        for (const words of expected.message_should_mention) {
          expect(message).toMatch(new RegExp(words, 'iu'));
        }
        expect(message).toMatch(/\.$/u);
      }
    });

    it('counts the NaN and infinite weights of one of them', async () => {
      const checkpoint = await openCheckpoint(
        join(HOSTILE, 'safetensors/nan-and-infinity.safetensors'),
      );
      expect(await countNonFinite(checkpoint)).toEqual([
        { tensor: 'transformer.h.0.mlp.c_fc.weight', nan: 6, inf: 1 },
      ]);
      await checkpoint.close();
    });

    it.each(['config/deep', 'config/other-json'])('%s is refused by name', async (name) => {
      const refusal = expect(readConfig(join(HOSTILE, name, 'config.json'))).rejects;
      await refusal.toMatchObject({ reason: 'invalidConfig' });
      await refusal.toThrow(/config\.json/u);
    });

    it('refuses by their names the formats that this version does not read', async () => {
      for (const name of ['pickle', 'zip', 'gguf', 'onnx']) {
        const files = existsSync(join(HOSTILE, name)) ? readGroup(name) : [];
        for (const file of files) {
          expect(await open(file)).toMatch(/This version reads safetensors|is empty/u);
        }
      }
    });
  },
);

function readGroup(group: string): readonly string[] {
  const all = JSON.parse(readFileSync(join(HOSTILE, 'expect.json'), 'utf8')) as object;
  return Object.keys(all)
    .filter((name) => name.startsWith(`${group}/`))
    .map((name) => join(HOSTILE, name))
    .filter((path) => statSync(path).isFile());
}
