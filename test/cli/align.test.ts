import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { CHECKPOINTS, HAS_CHECKPOINTS } from '../support/checkpoints';
import { familyFolder, SAMPLE_FOLDER } from '../support/goldens';
import { vocabscope, vocabscopeJson } from './support';

const [GPT2, NEOX] = [familyFolder('gpt2'), familyFolder('gpt_neox')];

interface Group {
  readonly matrix: readonly (readonly number[])[];
  readonly rows: readonly number[];
  readonly assignment: readonly number[];
  readonly matched: number;
  readonly meanAbsOffset: number;
  readonly order: number;
}

describe('align', () => {
  it('answers with the matrices of the groups that are asked for', async () => {
    const answer = await vocabscopeJson('align', GPT2, NEOX, '--groups', 'FF.V,Q', '--control');
    const groups = answer['groups'] as Record<string, Group>;
    expect(Object.keys(groups)).toEqual(['FF.V', 'Q']);
    expect(groups['Q']?.matrix.map((row) => row.length)).toEqual([3, 3, 3]);
    expect(groups['Q']?.rows).toEqual([0, 1, 2]);
    expect(answer['sharedTokens']).toBe(419);
    expect(Object.keys(answer['control'] as object)).toEqual(['FF.V', 'Q']);
    expect(answer['options']).toEqual({
      ...{ measure: 'best', space: 'embedding', exclude_undertrained: false },
    });
    expect(answer['model']).toMatchObject({ architecture: 'gpt2' });
    expect(answer['other']).toMatchObject({ architecture: 'gpt_neox' });
    const mean = await vocabscopeJson('align', GPT2, NEOX, '--groups', 'Q', '--measure', 'mean');
    const [best] = (groups['Q']?.matrix ?? []).flat();
    const [average] = (mean['groups'] as Record<string, Group>)['Q']?.matrix.flat() ?? [];
    expect(average).toBeLessThan(best ?? NaN);
    expect(mean['control']).toBeUndefined();
  });

  it('shows people the verdict, and the assignment in each matrix', async () => {
    const { stdout, code } = await vocabscope('align', SAMPLE_FOLDER, SAMPLE_FOLDER, '--no-cache');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^sample \(A\) and sample \(B\): 36 of 36 layers matched/u);
    expect(stdout).toMatch(/8,192 shared tokens \(100\.0 % of A/u);
    expect(stdout).toMatch(/note: sample is compared with itself/u);
    expect(stdout).toMatch(/L0 +\[1\.000\]/u);
  });

  it('goes down to the rows of two layers', async () => {
    const asked = ['align', GPT2, NEOX, '--rows', 'L1.FF.V', '--count', '4', '--top', '2'];
    const { tables, summary, rows } = await vocabscopeJson(...asked, '--layer', '2');
    expect(tables).toEqual({ a: 'L1.FF.V', b: 'L2.FF.V' });
    expect(summary).toMatchObject({ rowsA: 240, rowsB: 106, total: 240 });
    const pairs = rows as { component: string; top: unknown[]; nearest: { rho: number } }[];
    expect(pairs).toHaveLength(4);
    expect(pairs[0]?.top).toHaveLength(2);
    expect(Math.abs(pairs[0]?.nearest.rho ?? 0)).toBeGreaterThan(
      Math.abs(pairs[3]?.nearest.rho ?? 1),
    );
    const assigned = await vocabscopeJson(...asked);
    expect((assigned['tables'] as { b: string }).b).toMatch(/^L[012]\.FF\.V$/u);
  });

  it('says where a row is in the other model, and which heads belong together', async () => {
    const asked = ['align', GPT2, NEOX, '--count', '3', '--rows'];
    const row = await vocabscopeJson(...asked, 'L1.FF.V[7]');
    expect(row).toMatchObject({ row: 'L1.FF.V[7]', compared: 318 });
    expect(row['rows']).toHaveLength(3);
    const heads = await vocabscopeJson(...asked, 'QK');
    expect(heads['rows']).toHaveLength(18);
    const { stdout } = await vocabscope(...asked, 'VO', '--no-cache');
    expect(stdout).toMatch(/^18 heads of A and \d+ of B: mean/u);
  });

  it.each([
    ['unequal widths', [GPT2, SAMPLE_FOLDER, '--space', 'feature'], 1, /width 60 and sample 128/u],
    ['no shared vocabulary', [GPT2, familyFolder('bert')], 1, /share 41 tokens/u],
    ['a group that is none', [GPT2, NEOX, '--groups', 'E'], 2, /choose among FF\.K/u],
    ['a group that one lacks', [GPT2, NEOX, '--groups', 'FF.Up'], 1, /no rows of kind FF\.Up/u],
    ['rows that are none', [GPT2, NEOX, '--rows', 'L1.E'], 2, /name a table such as L1\.FF\.V/u],
    [
      'a layer that is none',
      [GPT2, NEOX, '--rows', 'L9.FF.V', '--layer', '0'],
      1,
      /layers 0 to 2/u,
    ],
    ['a layer by a word', [GPT2, NEOX, '--rows', 'L1.Q', '--layer', 'x'], 2, /number of a layer/u],
    ['one model', [GPT2], 2, /takes two models/u],
    ['a path that leads nowhere', [GPT2, '/nowhere'], 1, /nowhere/u],
  ])('refuses %s', async (_, args, code, sentence) => {
    const answer = await vocabscope('align', ...args, '--no-cache');
    expect(answer.code).toBe(code);
    expect(answer.stdout).toBe('');
    expect(answer.stderr).toMatch(sentence);
  });
});

describe.skipIf(!HAS_CHECKPOINTS)('steps of a training (skipped without them)', () => {
  it('take the tokenizer that is named, where they have none', async () => {
    const step = path.join(CHECKPOINTS, 'film-a-steps/checkpoint-5000');
    const refused = await vocabscope('align', step, SAMPLE_FOLDER, '--no-cache');
    expect(refused.stderr).toMatch(/matched by their texts.*--tokenizer/u);
    const answer = await vocabscopeJson(
      ...['align', step, SAMPLE_FOLDER, '--groups', 'V'],
      ...['--tokenizer', SAMPLE_FOLDER],
    );
    expect((answer['groups'] as Record<string, Group>)['V']).toMatchObject({ matched: 6 });
    expect(answer['model']).toMatchObject({ chosen: { config: null } });
    expect(answer['other']).toMatchObject({ chosen: { tokenizer: null } });
  });
});
