import { existsSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'csv-parse/sync';
import { asyncBufferFromFile, parquetReadObjects } from 'hyparquet';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { DEFAULT_OPTIONS, DEFAULT_VIEW_OPTIONS } from '../../../../src/core/projection/options';
import { quietContext, type WorkContext } from '../../../../src/engine/context';
import { createEngineService, type EngineService } from '../../../../src/engine/service';
import { EVERY_ROW, partOf, type ExportParams } from '../../../../src/protocol/export';
import type { ModelSummary } from '../../../../src/protocol/modelSummary';
import { pairOptionsBeside } from '../../../../src/protocol/pairs';
import { readingJson } from '../../../../src/protocol/written/json';
import { familyFolder, SAMPLE_FOLDER } from '../../../support/goldens';
import { temporaryFolder, type TemporaryFolder } from '../../formats/temporary';

const OPTIONS = { ...DEFAULT_VIEW_OPTIONS, k: 7 };
const FULL_DISK = '/dev/full';

let engine: EngineService;
let sample: ModelSummary;
let folder: TemporaryFolder;

beforeAll(async () => {
  engine = createEngineService({
    ...{ cacheFolder: null, cacheLimitBytes: 0, memoryBudgetBytes: 2 ** 28 },
  });
  sample = await engine.open({ path: SAMPLE_FOLDER }, quietContext());
});
afterAll(() => engine.dispose());
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => {
  folder.remove();
});

function asked(name: string, ...components: readonly string[]): ExportParams {
  const file = path.join(folder.path, name);
  return { model: sample.model, components, options: OPTIONS, file, part: partOf(file, 'test') };
}

async function linesOf(params: ExportParams): Promise<Record<string, unknown>[]> {
  await engine.export(params, quietContext());
  const lines = readFileSync(params.file, 'utf8').trimEnd().split('\n');
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
}

describe('what is written', () => {
  test('rows, directions and heads are those that the engine answers, in the order asked for', async () => {
    const rows = ['L5.FF.K[300:320]', 'L0:2.H*.Q[3]', 'E[262]'];
    const lines = await linesOf(asked('all.jsonl', ...rows, 'L4.H2.VO', 'L4.H2.QK.S[0:2]', 'P[4]'));
    const model = sample.model;
    const read = async (...components: string[]): Promise<readonly unknown[]> =>
      (await engine.readRows({ model, components, options: OPTIONS }, quietContext())).rows.map(
        readingJson,
      );
    const pairOptions = pairOptionsBeside(OPTIONS);
    const { rows: heads } = await engine.pairs(
      { model, components: ['L4.H2.VO'], options: pairOptions },
      quietContext(),
    );
    const { rows: directions } = await engine.directions(
      { model, components: ['L4.H2.QK.S[0:2]'], options: OPTIONS },
      quietContext(),
    );
    const expected = [
      ...(await read(...rows)),
      ...heads.map(readingJson),
      ...directions.map(readingJson),
      ...(await read('P[4]')),
    ];
    expect(lines).toHaveLength(expected.length);
    lines.forEach((line, index) => {
      expect(line).toMatchObject(expected[index] as object);
      expect(line).toMatchObject({
        ...{ schema: 'vocabscope/1', options: { filters: { exclude_undertrained: true } } },
        model: { name: 'sample', weights: 'model.safetensors', tokenizer: 'tokenizer.json' },
      });
    });
  });

  test.each([
    ['the first', ['L0.H0.QK', 'E[0:3]', 'L0.H0.VO']],
    ['the last', ['L0.H0.VO', 'E[0:3]', 'L0.H0.QK']],
  ])('a distance turns queries and keys alone, also where they are %s', async (_, components) => {
    const { model } = await engine.open({ path: familyFolder('llama') }, quietContext());
    const pairOptions = { ...pairOptionsBeside(OPTIONS), delta: 3 };
    const params = { ...asked('distance.jsonl', ...components), model, pairOptions };
    const lines = await linesOf({ ...params, pairStatistics: false });
    expect(lines.map(({ component }) => component)).toEqual([
      ...[components[0], 'E[0]', 'E[1]', 'E[2]', components[2]],
    ]);
  });

  test('a distance is refused before anything is written where no head has queries', async () => {
    const { model } = await engine.open({ path: familyFolder('llama') }, quietContext());
    const pairOptions = { ...pairOptionsBeside(OPTIONS), delta: 3 };
    const params = { ...asked('refused.jsonl', 'E[0:3]', 'L0.H0.VO'), model, pairOptions };
    await expect(engine.export(params, quietContext())).rejects.toMatchObject({
      reason: 'deltaRefused',
    });
    expect(readdirSync(folder.path)).toEqual([]);
  });

  test('long matrices come in many batches, and are counted', async () => {
    const params = asked('values.csv', 'L*.FF.V[*]');
    const reports: number[] = [];
    const written = await engine.export(params, {
      ...quietContext(),
      onProgress: ({ done, total, unit }) => {
        if (unit !== 'rows' || total !== 3072) return;
        reports.push(done);
      },
    });
    expect(written).toMatchObject({ format: 'csv', rows: 3072, directions: 0, heads: 0 });
    expect(written.bytes).toBe(readFileSync(params.file).length);
    expect(reports.length).toBeGreaterThan(1);
    expect(reports.at(-1)).toBe(3072);
    const records: Record<string, string>[] = parse(readFileSync(params.file), { columns: true });
    expect(records).toHaveLength(3072 * 2 * OPTIONS.k);
    const components = new Set(records.map(({ component }) => component));
    expect([...components]).toEqual(
      Array.from({ length: 6 }, (_, layer) =>
        Array.from({ length: 512 }, (__, row) => `L${String(layer)}.FF.V[${String(row)}]`),
      ).flat(),
    );
  });

  test('a star is every row of the model, rows that heads share once', async () => {
    const family = await engine.open({ path: familyFolder('llama') }, quietContext());
    const params = { ...asked('all.parquet', EVERY_ROW), model: family.model };
    const { rows } = await engine.export(params, quietContext());
    expect(rows).toBe(family.matrices.reduce((sum, matrix) => sum + matrix.rows, 0));
    const file = await asyncBufferFromFile(params.file);
    const read = await parquetReadObjects({ file, columns: ['component'] });
    expect(new Set(read.map(({ component }) => component as string)).size).toBe(rows);
  });

  test('specificity is prepared once, whatever the number of batches', async () => {
    const options = { ...DEFAULT_OPTIONS, rank: 'specificity' as const, k: 5 };
    const params = { ...asked('keys.jsonl', 'L*.FF.K[*]'), options };
    const units: string[] = [];
    await engine.export(params, {
      ...quietContext(),
      onProgress: ({ unit }) => {
        units.push(unit);
      },
    });
    expect(units).toContain('tokens');
    expect(new Set(units.slice(units.indexOf('rows')))).toEqual(new Set(['rows']));
  });
});

describe('the file', () => {
  const OLD = 'what was there before';

  test('is replaced only when the new one is whole', async () => {
    const params = asked('values.md', 'L5.FF.V[0:40]');
    writeFileSync(params.file, OLD);
    const seen: string[] = [];
    await engine.export(params, {
      ...quietContext(),
      onProgress: () => {
        seen.push(readFileSync(params.file, 'utf8'));
      },
    });
    expect(seen.length).toBeGreaterThan(0);
    expect(new Set(seen)).toEqual(new Set([OLD]));
    expect(readFileSync(params.file, 'utf8')).toContain('40 readings.');
    expect(readdirSync(folder.path)).toEqual(['values.md']);
  });

  test('stays as it was, with nothing beside it, where the export is cancelled', async () => {
    const params = asked('values.parquet', 'L*.FF.V[*]');
    writeFileSync(params.file, OLD);
    const abort = new AbortController();
    const context: WorkContext = {
      cancellation: abort.signal,
      onProgress: () => {
        abort.abort();
      },
    };
    await expect(engine.export(params, context)).rejects.toMatchObject({ name: 'CancelledError' });
    expect(readFileSync(params.file, 'utf8')).toBe(OLD);
    expect(readdirSync(folder.path)).toEqual(['values.parquet']);
  });

  test('stays where a component does not exist, whatever else was asked for', async () => {
    const params = asked('values.csv', 'L5.FF.V[0]', 'L6.FF.V[0]');
    await expect(engine.export(params, quietContext())).rejects.toMatchObject({
      reason: 'unknownComponent',
    });
    expect(readdirSync(folder.path)).toEqual([]);
  });

  test.skipIf(!existsSync(FULL_DISK))(
    'says that the disk is full, and leaves nothing',
    async () => {
      const params = asked('values.csv', 'L5.FF.V[*]');
      writeFileSync(params.file, OLD);
      symlinkSync(FULL_DISK, params.part);
      await expect(engine.export(params, quietContext())).rejects.toMatchObject({
        reason: 'unwritable',
        message: expect.stringMatching(
          /no space left.*values\.csv.*Nothing of it was kept/u,
        ) as string,
      });
      expect(readFileSync(params.file, 'utf8')).toBe(OLD);
      expect(readdirSync(folder.path)).toEqual(['values.csv']);
      expect(existsSync(FULL_DISK)).toBe(true);
    },
  );
});

describe('what cannot be written gets a sentence', () => {
  test.each([
    ['an unknown ending', () => 'values.xls', /values\.xls.*\.csv \(CSV\).*\.parquet/u],
    ['no ending', () => 'csv', /does not say how/u],
    [
      'a folder',
      () => {
        folder.place('taken.csv/inside', '');
        return 'taken.csv';
      },
      /taken\.csv is a folder/u,
    ],
    ['a folder that is not there', () => 'none/values.csv', /there is no folder .*none\./u],
    [
      'a file where a folder should be',
      () => {
        folder.place('plain', '');
        return 'plain/values.csv';
      },
      /there is no folder .*plain/u,
    ],
    [
      'a device',
      () => {
        symlinkSync('/dev/null', path.join(folder.path, 'device.csv'));
        return 'device.csv';
      },
      /device\.csv is a device or a pipe/u,
    ],
    ['too long a name', () => `${'x'.repeat(300)}.csv`, /too long/u],
  ])('%s', async (_, name, sentence) => {
    await expect(engine.export(asked(name(), 'L5.FF.V[0]'), quietContext())).rejects.toMatchObject({
      reason: 'unwritable',
      message: expect.stringMatching(sentence) as string,
    });
  });

  test.each(['csv', 'parquet'])('different columns in one %s', async (ending) => {
    const params = asked(`mixed.${ending}`, 'L5.FF.V[0]', 'L4.H2.VO', 'L4.H2.VO.S[0]');
    await expect(engine.export(params, quietContext())).rejects.toMatchObject({
      reason: 'unwritable',
      message: expect.stringMatching(
        /^Rows and heads and singular directions have different columns.*\.jsonl/u,
      ) as string,
    });
    expect(readdirSync(folder.path)).toEqual([]);
  });

  test('nothing at all', async () => {
    await expect(engine.export(asked('none.csv'), quietContext())).rejects.toMatchObject({
      reason: 'unknownComponent',
    });
  });

  test('what the model refuses, with nothing left behind', async () => {
    const family = await engine.open({ path: familyFolder('bert') }, quietContext());
    const options = { ...OPTIONS, fold: 'norms' as const };
    const params = { ...asked('folded.csv', 'L0.FF.V[0]'), model: family.model, options };
    await expect(engine.export(params, quietContext())).rejects.toMatchObject({
      reason: 'foldRefused',
    });
    expect(readdirSync(folder.path)).toEqual([]);
  });
});
