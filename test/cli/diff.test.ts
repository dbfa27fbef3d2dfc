import path from 'node:path';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { afterAll, describe, expect, it } from 'vitest';
import { CHECKPOINTS, HAS_CHECKPOINTS } from '../support/checkpoints';
import { familyFolder, SAMPLE_FOLDER } from '../support/goldens';
import { writeSyntheticAdapter } from '../support/syntheticAdapter';
import { vocabscope, vocabscopeJson } from './support';

const scratch = mkdtempSync(path.join(tmpdir(), 'vocabscope-diff-cli-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const GPT2 = familyFolder('gpt2');
const ADAPTER = writeSyntheticAdapter(path.join(scratch, 'adapter'), {
  modules: { 'transformer.h.1.mlp.c_proj': [2, 240, 60] },
});

interface Row {
  readonly component: string;
  readonly norm: number;
  readonly relative: number | null;
  readonly new: boolean;
  readonly z: number;
  readonly plus: readonly { readonly id: number; readonly token: string; readonly score: number }[];
  readonly minus: readonly { readonly score: number }[];
}

describe('diff', () => {
  it('of an adapter lists the rows that changed most, tensors, tables and layers', async () => {
    const answer = await vocabscopeJson('diff', GPT2, ADAPTER, '--rows', '7', '--top', '3');
    const rows = answer['rows'] as Row[];
    expect(rows).toHaveLength(7);
    expect(rows.every(({ component }) => component.startsWith('L1.FF.V['))).toBe(true);
    expect(rows[0]).toMatchObject({ new: false, space: 'output' });
    expect(rows[0]?.plus).toHaveLength(3);
    expect(rows[0]?.minus[0]?.score).toBeLessThan(0);
    const norms = rows.map(({ norm }) => norm);
    expect(norms).toEqual([...norms].sort((a, b) => b - a));
    expect(answer['summary']).toMatchObject({ changed: 1, new: 0, changedRows: 240 });
    expect(answer['tuned']).toMatchObject({ name: 'adapter', adapter: { ranks: [2] } });
    expect(answer['layers']).toMatchObject([{ layer: 1, part: 'FF.V' }]);
    const tensors = answer['tensors'] as { tensor: string; share: number }[];
    expect(tensors.find(({ tensor }) => tensor.endsWith('h.1.mlp.c_proj.weight'))?.share).toBe(1);
  });

  it('reads the rows that are named, in their order', async () => {
    const { rows } = await vocabscopeJson('diff', GPT2, ADAPTER, 'L1.FF.V[3]', 'L0.FF.V[0:2]');
    const found = rows as Row[];
    expect(found.map(({ component }) => component)).toEqual([
      ...['L1.FF.V[3]', 'L0.FF.V[0]', 'L0.FF.V[1]'],
    ]);
    expect(found[0]?.norm).toBeGreaterThan(0);
    expect(found[1]).toMatchObject({ norm: 0, relative: 0, z: null });
  });

  it('opens an adapter merged, for every command that reads a model', async () => {
    const merged = await vocabscopeJson('tokens', ADAPTER, 'L1.FF.V[3]', '--base', GPT2);
    const plain = await vocabscopeJson('tokens', GPT2, 'L1.FF.V[3]');
    expect(merged['rows']).not.toEqual(plain['rows']);
    const search = await vocabscopeJson('search', ADAPTER, '#40', '--base', GPT2, '--top', '2');
    expect(search['rows']).toHaveLength(2);
    const heads = ['pairs', ADAPTER, 'L1.H0.VO', '--base', GPT2, '--no-statistics'];
    expect((await vocabscopeJson(...heads))['rows']).toHaveLength(1);
    const info = await vocabscopeJson('info', ADAPTER, '--base', GPT2);
    expect(info['model']).toMatchObject({ name: 'adapter', architecture: 'gpt2' });
    const refused = await vocabscope('tokens', ADAPTER, 'L1.FF.V[3]', '--no-cache');
    expect(refused.code).toBe(1);
    expect(refused.stderr).toMatch(/holds an adapter.*--base PATH/u);
  });

  it('shows people what changed, or that nothing did', async () => {
    const { stdout } = await vocabscope('diff', GPT2, ADAPTER, '--rows', '5', '--no-cache');
    expect(stdout).toMatch(/^1 of \d+ tensors changed; 240 rows/u);
    expect(stdout).toMatch(/L1\.FF\.V +240 of 240 rows, change/u);
    expect(stdout).toMatch(/Tensor +Status +Numbers changed +Norm +Relative\n\S+ +changed +\d/u);
    expect(stdout).toMatch(/Pushed up +Pushed down/u);
    const same = await vocabscope('diff', GPT2, GPT2, '--no-cache');
    expect(same.code).toBe(0);
    expect(same.stdout).toMatch(
      /^0 of \d+ tensors changed; 0 rows changed\nnote: gpt2 is compared with itself/u,
    );
  });

  it.each([
    ['another model', [GPT2, SAMPLE_FOLDER], 1, /did not come from gpt2/u],
    ['an adapter of another model', [SAMPLE_FOLDER, ADAPTER], 1, /as if it were \[240, 60\]/u],
    [
      'a component that is none',
      [GPT2, ADAPTER, 'L9.FF.V[0]'],
      1,
      /only layers 0 to 2|layers 0 to 2/u,
    ],
    ['magnitudes', [GPT2, ADAPTER, '--rank', 'abs'], 2, /dot or cosine/u],
    [
      'a fold',
      [GPT2, ADAPTER, '--fold', 'norms'],
      1,
      /--fold .* vocabscope diff has no use for it/u,
    ],
    ['one model', [GPT2], 2, /takes a base model/u],
  ])('refuses %s', async (_, args, code, sentence) => {
    const answer = await vocabscope('diff', ...args, '--no-cache');
    expect(answer.code).toBe(code);
    expect(answer.stderr).toMatch(sentence);
  });
});

describe.skipIf(!HAS_CHECKPOINTS)('diff of a classifier (skipped without it)', () => {
  it('reads its labels as new rows', async () => {
    const [base, tuned] = ['film-a', 'film-a-sentiment'].map((name) =>
      path.join(CHECKPOINTS, name),
    );
    const { rows } = await vocabscopeJson('diff', base ?? '', tuned ?? '', 'C[POSITIVE]', 'C[1]');
    const [byLabel, byNumber] = rows as Row[];
    expect(byLabel).toMatchObject({ component: 'C[POSITIVE]', new: true, relative: null });
    expect(byNumber).toEqual(byLabel);
  });
});
