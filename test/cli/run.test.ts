import { describe, expect, it } from 'vitest';
import { SAMPLE_FOLDER } from '../support/goldens';
import { vocabscope, vocabscopeJson } from './support';

interface Layer {
  readonly layer: number | 'embedding';
  readonly top: readonly { id: number; token: string | null; score: number }[];
  readonly neurons: readonly { component: string; activation: number; promotes: unknown[] }[];
}

const TEXT = 'The movie was a complete waste of';

async function layers(...args: string[]): Promise<Layer[]> {
  const answer = await vocabscopeJson('run', SAMPLE_FOLDER, '--text', TEXT, ...args);
  return answer['layers'] as Layer[];
}

describe('run', () => {
  it('answers what the model says after its last layer', async () => {
    const [only, ...others] = await layers('--top', '4');
    expect(others).toEqual([]);
    expect(only?.layer).toBe(5);
    expect(only?.top.map(({ token }) => token)).toContain(' time');
    expect(only?.top).toHaveLength(4);
    expect(only?.neurons).toHaveLength(5);
    expect(only?.neurons[0]?.component).toMatch(/^L5\.FF\.V\[\d+\]$/u);
  });

  it('answers every layer, with filters', async () => {
    const found = await layers(
      '--layers',
      '--exclude-undertrained',
      '--word-start',
      '--neurons',
      '2',
    );
    expect(found.map(({ layer }) => layer)).toEqual(['embedding', 0, 1, 2, 3, 4, 5]);
    for (const { top, neurons, layer } of found) {
      expect(top.every(({ token }) => token?.startsWith(' '))).toBe(true);
      expect(neurons).toHaveLength(layer === 'embedding' ? 0 : 2);
    }
  });

  it('says which tokens it read, and how many did not fit', async () => {
    const text = 'good '.repeat(200);
    const answer = await vocabscopeJson('run', SAMPLE_FOLDER, '--text', text, '--position', '-2');
    expect(answer['truncated']).toBe(200 - 128 + 1);
    expect(answer['position']).toBe(126);
    expect(answer['tokens']).toHaveLength(128);
  });

  it('shows people a table', async () => {
    const { code, stdout } = await vocabscope('run', SAMPLE_FOLDER, '--text', TEXT, '--layers');
    expect(code).toBe(0);
    expect(stdout).toMatch(/7 tokens, read at position 6: .*\[␣of\]/u);
    expect(stdout).toMatch(/After {6}Says/u);
    expect(stdout).toMatch(/\nembedding /u);
    expect(stdout).toMatch(/\nL5 .*␣time/u);
  });
});
