import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { quietContext } from '../../../../src/engine/context';
import { stitch } from '../../../../src/engine/stitch/stitch';
import { StitchedModels } from '../../../../src/engine/stitch/stitchedModels';
import { usableTexts } from '../../../../src/engine/stitch/usableTexts';
import type { StitchData } from '../../../../src/protocol/stitch';
import { useRunningModels } from '../../../support/runningModels';
import { writeTurnedModels } from '../../../support/turnedModels';

const { scratch, open } = useRunningModels();
const TOKENS = Array.from({ length: 40 }, (_, i) => `w${i}`);
const PADDING = 3;

/** Two models of which one is a classifier whose config.json says more, and two texts that end with w3. */
function written(name: string, config: Readonly<Record<string, unknown>>) {
  const folder = path.join(scratch, name);
  const folders = writeTurnedModels(folder, {
    ...{ family: 'gpt2', layers: 2, width: 8, heads: 2, neurons: 12, seed: 5 },
    ...{ tokens: TOKENS, tied: false },
  });
  const change = (file: string, more: Readonly<Record<string, unknown>>): void => {
    const own = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
    writeFileSync(file, JSON.stringify({ ...own, ...more }));
  };
  change(path.join(folders.classifier, 'config.json'), config);
  for (const each of [folders.classifier, folders.turned]) {
    change(path.join(each, 'tokenizer.json'), { pre_tokenizer: { type: 'Whitespace' } });
  }
  const csv = path.join(folder, 'data.csv');
  writeFileSync(csv, 'text,label\nw1 w2 w3 w3,0\nw3 w5 w3,1\n');
  const data: StitchData = { file: csv, textColumn: 'text', labelColumn: 'label', maxTexts: 9 };
  return { ...folders, data };
}

describe('a classifier is measured as it was trained', () => {
  it.each([
    ['by its architecture: up to the last token that is no padding', undefined, [2, 2]],
    ['as asked: up to the last token', 'last', [4, 3]],
  ] as const)('judging %s', async (name, pool, lengths) => {
    const folders = written(name.slice(0, 6), { pad_token_id: PADDING });
    const [a, b] = [await open(folders.classifier), await open(folders.turned)];
    const models = await StitchedModels.of(a, b, {
      ...{ model: 'a', base: 'b' },
      ...(pool === undefined ? {} : { pool }),
    });
    const { idsA, idsB } = await usableTexts(models, folders.data, quietContext());
    expect(idsB.map((ids) => ids.length)).toEqual([4, 3]);
    expect(idsA.map((ids) => ids.length)).toEqual(lengths);
  });

  it('and said to have been trained otherwise than to choose one label', async () => {
    const folders = written('task', { problem_type: 'multi_label_classification' });
    const { warnings } = await stitch(
      await open(folders.classifier),
      await open(folders.turned),
      {
        ...{ model: 'a', base: 'b', transplants: [1], keeps: [1], data: folders.data },
        ...{ control: false, calibrate: false },
      },
      quietContext(),
    );
    expect(warnings).toContainEqual(
      expect.stringMatching(/not trained to choose one label .*"multi_label_classification"/u),
    );
  });
});
