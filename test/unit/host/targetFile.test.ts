import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { targetFile } from '../../../src/host/export/targetFile';
import { COMPARISON_FORMATS } from '../../../src/protocol/export';

describe('The file that a name stands for', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'vocabscope-target-'));
    for (const name of ['results.csv', 'bare']) writeFileSync(path.join(folder, name), 'mine');
  });
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  /** What becomes of a name, and about which files was asked. */
  async function chosen(name: string, answer: boolean): Promise<unknown> {
    const asked: string[] = [];
    const form = { ending: 'csv', forms: COMPARISON_FORMATS };
    const file = await targetFile(path.join(folder, name), form, (each) => {
      asked.push(path.basename(each));
      return Promise.resolve(answer);
    });
    return { file: file === undefined ? undefined : path.basename(file), asked };
  }

  test('has the ending that it was given', async () => {
    expect(await chosen('new.json', false)).toEqual({ file: 'new.json', asked: [] });
    expect(await chosen('NEW.Parquet', false)).toEqual({ file: 'NEW.Parquet', asked: [] });
  });

  test('is not asked about twice', async () => {
    expect(await chosen('results.csv', false)).toEqual({ file: 'results.csv', asked: [] });
  });

  test('has the ending of its form where it was given none', async () => {
    expect(await chosen('new', false)).toEqual({ file: 'new.csv', asked: [] });
    expect(await chosen('bare', false)).toEqual({ file: 'bare.csv', asked: [] });
    expect(await chosen('v1.2', false)).toEqual({ file: 'v1.2.csv', asked: [] });
  });

  test('is overwritten only where that is allowed, if the ending leads to it', async () => {
    expect(await chosen('results', false)).toEqual({ file: undefined, asked: ['results.csv'] });
    expect(await chosen('results', true)).toEqual({ file: 'results.csv', asked: ['results.csv'] });
  });
});
