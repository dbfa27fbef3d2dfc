import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { familyFolder } from '../support/goldens';
import { writeTurnedModels } from '../support/turnedModels';
import { vocabscope, vocabscopeJson } from './support';

const scratch = mkdtempSync(path.join(tmpdir(), 'vocabscope-cli-stitch-'));
afterAll(() => {
  rmSync(scratch, { recursive: true, force: true });
});

const [CLASSIFIER, BERT] = [familyFolder('bert_classifier'), familyFolder('bert')];
const PAIR = ['stitch', '--tuned', CLASSIFIER, '--base', BERT];

function dataFile(name: string, content: string): string {
  const file = path.join(scratch, name);
  writeFileSync(file, content);
  return file;
}

const DATA = dataFile('few.csv', 'text,label\nthe film,0\n"a, b",1\nof the,0\nin,1\n,1\n');

interface Point {
  readonly transplant: number;
  readonly keep: number;
  readonly accuracy: number;
  readonly low: number;
  readonly high: number;
}

describe('stitch', () => {
  it('answers with a curve over the blocks of the base, beside what it is measured against', async () => {
    const answer = await vocabscopeJson(
      ...PAIR,
      '--evaluate',
      DATA,
      '--transplant',
      '1,2',
      '--control',
    );
    const curve = answer['curve'] as Point[];
    expect(curve.map(({ transplant, keep }) => [transplant, keep])).toEqual([
      ...[0, 1, 2, 3].map((keep) => [1, keep]),
      ...[0, 1, 2, 3].map((keep) => [2, keep]),
    ]);
    for (const { accuracy, low, high } of curve) {
      expect(accuracy * 4).toBe(Math.round(accuracy * 4));
      expect(low).toBeLessThanOrEqual(accuracy);
      expect(high).toBeGreaterThanOrEqual(accuracy);
    }
    expect(answer['control']).toHaveLength(8);
    expect(answer).toMatchObject({ chance: 0.5, texts: 4, pool: 'first', ridge: 0 });
    expect(JSON.stringify(answer['warnings'])).toMatch(/1 text is empty and left out .*line 6/u);
  });

  it('writes one model that classify judges texts with, and nothing over what is there', async () => {
    const out = path.join(scratch, 'out');
    const asked = [...PAIR, '--transplant', '1', '--keep', '2', '--out', out];
    expect((await vocabscope(...asked)).code).toBe(0);
    const { rows } = await vocabscopeJson('classify', out, 'the film', 'of', '--words');
    const judged = rows as { probabilities: Record<string, number>; words: { word: string }[] }[];
    expect(judged.map(({ words }) => words.map(({ word }) => word))).toEqual([
      ['the', 'film'],
      ['of'],
    ]);
    for (const { probabilities } of judged) {
      const sum = Object.values(probabilities).reduce((total, value) => total + value, 0);
      expect(sum).toBeCloseTo(1, 9);
    }
    const again = await vocabscope(...asked);
    expect(again).toMatchObject({ code: 1, stdout: '' });
    expect(again.stderr).toMatch(/is not empty: choose a folder/u);
    expect(readdirSync(scratch).filter((name) => name.endsWith('.part'))).toEqual([]);
  });

  it('writes a translated model as a checkpoint that every command reads and classify judges texts with', async () => {
    const { classifier, turned } = writeTurnedModels(path.join(scratch, 'turned'), {
      ...{ family: 'llama', layers: 2, width: 16, heads: 4, neurons: 20, seed: 3, tied: false },
      tokens: Array.from({ length: 60 }, (_, i) => `w${i}`),
    });
    const out = path.join(scratch, 'translated');
    const pair = ['stitch', '--tuned', classifier, '--base', turned, '--transplant', '1'];
    const answer = await vocabscopeJson(...pair, '--keep', '1', '--translate', '--out', out);
    expect(answer['checkpoint_problem']).toBeNull();
    expect([...(answer['files'] as string[])].sort()).toEqual(readdirSync(out).sort());
    const { rows } = await vocabscopeJson('classify', out, 'w7', 'w9');
    const [first, second] = rows as { probabilities: Record<string, number> }[];
    expect(first?.probabilities).not.toEqual(second?.probabilities);
    const { model } = await vocabscopeJson('info', out);
    expect(model).toMatchObject({ architecture: 'llama', n_layers: 2, d_model: 16 });
    expect((await vocabscope('tokens', out, 'L1.FF.V[3]', 'C[0]')).code).toBe(0);
    const words = dataFile('words.csv', 'text,label\nw7,0\nw9,1\n');
    const { stdout } = await vocabscope(
      ...pair,
      ...['--evaluate', words, '--translate', '--control', '--no-cache'],
    );
    // The control is that of the curve above it.
    expect(stdout).toMatch(/Control, vocabulary shuffled: .*\n\nTranslated: /u);
  });

  it.each([
    [
      'a model without a head',
      ['stitch', '--tuned', BERT, '--base', BERT, '--evaluate', DATA],
      /has no classifier head/u,
    ],
    [
      'a base that is a classifier',
      ['stitch', '--tuned', CLASSIFIER, '--base', CLASSIFIER, '--evaluate', DATA],
      /is a classifier itself/u,
    ],
    [
      'a column that is not there',
      [...PAIR, '--evaluate', DATA, '--text-column', 'review'],
      /has no column "review"/u,
    ],
    ['more blocks than there are', [...PAIR, '--evaluate', DATA, '--keep', '9'], /has 3 blocks/u],
    [
      'texts of one label',
      [...PAIR, '--evaluate', dataFile('one.csv', 'text,label\na,0\nb,0\n')],
      /at least two labels/u,
    ],
    [
      'a quote without an end',
      [...PAIR, '--evaluate', dataFile('quote.csv', 'text,label\n"a,0\nb,1\n')],
      /quote\.csv/u,
    ],
    [
      'several models to write',
      [...PAIR, '--keep', '1,2', '--out', path.join(scratch, 'many')],
      /writes one model/u,
    ],
    [
      'to translate a model whose norms stand after its sublayers',
      [...PAIR, '--evaluate', DATA, '--translate'],
      /cannot be translated: norms of bert stand after/u,
    ],
    ['a folder of texts', [...PAIR, '--evaluate', scratch], /is a folder, so it cannot be read/u],
    ['no file of texts', [...PAIR], /--evaluate/u],
    ['a folder without a stitched model', ['classify', BERT, 'a'], /holds no stitched model/u],
  ])('refuses %s by a sentence', async (_, asked, sentence) => {
    const { code, stderr, stdout } = await vocabscope(...asked);
    expect(code).not.toBe(0);
    expect(stdout).toBe('');
    expect(stderr.trim().split('\n')[0]).toMatch(sentence);
    expect(existsSync(path.join(scratch, 'many'))).toBe(false);
  });
});
