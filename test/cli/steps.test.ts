import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { CHECKPOINTS, HAS_CHECKPOINTS } from '../support/checkpoints';
import { familyFolder, SAMPLE_FOLDER } from '../support/goldens';
import { vocabscope, vocabscopeJson } from './support';

const GPT2 = familyFolder('gpt2');

interface Point {
  readonly step: number | null;
  readonly norm: number;
  readonly since_first: number;
  readonly since_previous: number;
  readonly relative: number | null;
}

describe('steps', () => {
  it('reads rows and tables at each of the models that are named', async () => {
    const asked = ['steps', GPT2, GPT2, 'L1.FF.V', 'L0.H2.K[3]', '--top', '4'];
    const { rows, tables, models } = await vocabscopeJson(...asked);
    expect(models).toHaveLength(2);
    expect(rows).toMatchObject([
      { component: 'L0.H2.K[3]', points: [{ since_first: 0 }, { since_first: 0, relative: 0 }] },
    ]);
    expect((rows as { points: { top: unknown[] }[] }[])[0]?.points[1]?.top).toHaveLength(4);
    expect(tables).toMatchObject([{ matrix: 'L1.FF.V', points: [{ rows: 240 }, { rows: 240 }] }]);
  });

  it.each([
    ['a single model', [GPT2], 2, /checkpoint-N folders/u],
    ['models of other shapes', [GPT2, SAMPLE_FOLDER], 1, /did not come from gpt2/u],
    ['a component that is none', [GPT2, GPT2, 'L7.FF.V[0]'], 1, /layers 0 to 2/u],
  ])('refuses %s', async (_, args, code, sentence) => {
    const answer = await vocabscope('steps', ...args, '--no-cache');
    expect(answer.code).toBe(code);
    expect(answer.stderr).toMatch(sentence);
  });
});

describe.skipIf(!HAS_CHECKPOINTS)('the training of film-a (skipped without it)', () => {
  const run = path.join(CHECKPOINTS, 'film-a-steps');

  it('slows down from step to step, and ends at the model itself', async () => {
    const { steps, tables } = await vocabscopeJson('steps', run, path.join(CHECKPOINTS, 'film-a'));
    expect((steps as { step: number | null }[]).map(({ step }) => step)).toEqual([
      ...[5000, 7000, 9000, null],
    ]);
    for (const { points } of tables as { points: Point[] }[]) {
      const moved = points.map(({ since_previous: norm }) => norm);
      expect(moved[0]).toBe(0);
      expect(moved[2]).toBeLessThan(moved[1] ?? 0);
      expect(moved[3]).toBeLessThan(moved[2] ?? 0);
    }
  });

  it('takes the tokenizer of the folder above, and shows words', async () => {
    const { stdout } = await vocabscope(
      ...['steps', run, 'L5.FF.K[317]', '--exclude-undertrained', '--no-cache'],
    );
    expect(stdout).toMatch(/^3 steps: 5,000, 7,000, 9,000/u);
    expect(stdout).toMatch(/9,000 .*␣were/u);
  });
});
