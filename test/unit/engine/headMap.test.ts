import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Progress } from '../../../src/core/errors';
import { DEFAULT_VIEW_OPTIONS, NO_FILTERS } from '../../../src/core/projection/options';
import { quietContext } from '../../../src/engine/context';
import { createEngineService, type EngineService } from '../../../src/engine/service';
import { pairOptionsBeside, type HeadOverview } from '../../../src/protocol/pairs';
import { familyFolder, SAMPLE_FOLDER } from '../../support/goldens';
import { NaiveLlamaHeads } from '../../support/naiveHeads';
import { readWeights } from '../architectures/support/weights';

const PLAIN = { space: 'auto', fold: 'none' } as const;

/** Means of float32-rounded scores against float64: z divides by a spread of about a hundredth of them. */
const Z_TOLERANCE = 1e-4;

let folder = '';
let engine: EngineService;

function service(cacheFolder: string | null): EngineService {
  return createEngineService({
    cacheFolder,
    cacheLimitBytes: 2 ** 26,
    memoryBudgetBytes: 2 ** 28,
  });
}

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'vocabscope-heads-'));
  engine = service(path.join(folder, 'cache'));
});
afterAll(async () => {
  await engine.dispose();
  await rm(folder, { recursive: true });
});

async function scan(model: string, ...components: string[]): Promise<readonly HeadOverview[]> {
  return (await engine.scanHeads({ model, components, options: PLAIN }, quietContext())).heads;
}

describe('heads beside shuffled pairings', () => {
  it.each(['L1.H4.VO', 'L0.H0.QK', 'L2.H5.QK', 'L2.H1.VO'])(
    '%s of grouped queries and two vocabularies stands out as scoring every pair says',
    async (component) => {
      const llama = familyFolder('llama');
      const { model } = await engine.open({ path: llama }, quietContext());
      const { rows } = await engine.vocabulary({ model, start: 0, count: 1000 }, quietContext());
      const counted = rows.filter((token) => !token.padding && !token.undertrained);
      const naive = new NaiveLlamaHeads(
        readWeights(llama),
        { layers: 3, heads: 6, group: 3, dHead: 10, dModel: 60 },
        counted.map(({ id }) => id),
      );
      const [, layer, head, kind] = /L(\d)\.H(\d)\.(VO|QK)/u.exec(component) ?? [];
      const place = { layer: Number(layer), head: Number(head) };
      const which = kind === 'QK' ? 'QK' : 'VO';
      const [found] = await scan(model, component);
      const { statistics } = found ?? {};
      expect(statistics?.pairings).toBe(naive.partners(place, which).length);
      expect(statistics?.statistic).toBeCloseTo(naive.statistic(which, place, place), 6);
      expect(Math.abs((statistics?.z ?? NaN) - naive.z(which, place))).toBeLessThan(Z_TOLERANCE);
    },
    60_000,
  );

  it('are refused at a distance where all of them only move tokens', async () => {
    const { model } = await engine.open({ path: familyFolder('llama') }, quietContext());
    const asked = { model, components: ['L0.H*.VO'], options: { ...PLAIN, delta: 2 } };
    await expect(engine.scanHeads(asked, quietContext())).rejects.toMatchObject({
      reason: 'deltaRefused',
      message: expect.stringContaining('L0.H0.VO is the same at every distance') as string,
    });
  });

  it('are the same whether heads are judged together or alone', async () => {
    const { model } = await engine.open({ path: familyFolder('qwen2') }, quietContext());
    const together = await scan(model, 'L*.H*.VO', 'L*.H*.QK');
    const alone = service(null);
    const again = await alone.open({ path: familyFolder('qwen2') }, quietContext());
    for (const overview of [together[0], together.at(-1)]) {
      const asked = { model: again.model, components: [overview?.component ?? ''], options: PLAIN };
      const { heads } = await alone.scanHeads(asked, quietContext());
      expect(heads).toEqual([overview]);
    }
    await alone.dispose();
  }, 60_000);
});

describe('the map of heads', () => {
  it('holds what was judged, in this process and in the next, and computes nothing', async () => {
    const { model } = await engine.open({ path: SAMPLE_FOLDER }, quietContext());
    const before = await engine.headMap({ model, options: PLAIN }, quietContext());
    expect(before.heads).toEqual([]);
    const found = await scan(model, 'L4.H2.VO', 'L4.H0.VO', 'L4.H2.QK');
    const { heads } = await engine.headMap({ model, options: PLAIN }, quietContext());
    expect(heads.map(({ component }) => component)).toEqual(['L4.H0.VO', 'L4.H2.VO', 'L4.H2.QK']);
    expect(heads[1]).toEqual(found[0]);
    expect(found[0]?.best).toHaveLength(3);

    const next = service(path.join(folder, 'cache'));
    const again = (await next.open({ path: SAMPLE_FOLDER }, quietContext())).model;
    const stored = await next.headMap({ model: again, options: PLAIN }, quietContext());
    expect(stored).toEqual({ heads });
    const folded = { ...PLAIN, fold: 'norms' } as const;
    expect(await next.headMap({ model: again, options: folded }, quietContext())).toEqual({
      heads: [],
    });
    await next.dispose();
  }, 60_000);

  it('judges nothing twice', async () => {
    const { model } = await engine.open({ path: SAMPLE_FOLDER }, quietContext());
    const seen: Progress[] = [];
    const context = { ...quietContext(), onProgress: (progress: Progress) => seen.push(progress) };
    const asked = { model, components: ['L5.H1.VO'], options: PLAIN };
    const first = await engine.scanHeads(asked, context);
    expect(seen.at(-1)).toEqual({ done: 17, total: 17, unit: 'pairings' });
    seen.length = 0;
    expect(await engine.scanHeads(asked, context)).toEqual(first);
    expect(seen).toEqual([]);
  }, 60_000);

  it('has the best pairs and numbers that a search of the head says', async () => {
    const { model } = await engine.open({ path: SAMPLE_FOLDER }, quietContext());
    const [overview] = await scan(model, 'L4.H2.VO');
    const filters = { ...NO_FILTERS, excludeUndertrained: true };
    const options = {
      ...PLAIN,
      rank: 'dot',
      withoutCommon: false,
      filters,
      excludeSame: false,
      excludeCase: false,
      k: 3,
      negative: false,
    } as const;
    const { rows } = await engine.pairs(
      { model, components: ['L4.H2.VO'], options },
      quietContext(),
    );
    expect(overview?.best).toEqual(rows[0]?.top);
    expect(overview?.statistics).toEqual(rows[0]?.statistics);
  }, 60_000);

  it('says of heads whose weights are not finite why they have no pairs, and pairs others without them', async () => {
    const broken = path.join(folder, 'broken');
    await breakHead(familyFolder('gpt2'), broken);
    const { model } = await engine.open({ path: broken }, quietContext());
    const heads = await scan(model, 'L1.H*.QK');
    expect(heads[2]?.problem).toMatch(/L1\.H2\.Q holds weights that are NaN/u);
    expect(heads[2]?.statistics).toBeNull();
    const others = heads.filter((_, head) => head !== 2);
    expect(others.every(({ statistics }) => statistics?.pairings === 16)).toBe(true);
  }, 60_000);
});

describe('the pairs of heads of which one cannot be read', () => {
  it('are those of the others and a sentence, where the caller asks for that', async () => {
    const broken = path.join(folder, 'broken pairs');
    await breakHead(familyFolder('gpt2'), broken);
    const { model } = await engine.open({ path: broken }, quietContext());
    const components = ['L1.H0.QK', 'L1.H2.QK', 'L1.H3.VO'];
    const options = { ...pairOptionsBeside(DEFAULT_VIEW_OPTIONS), k: 3 };
    const asked = { model, components, options, statistics: false };
    await expect(engine.pairs(asked, quietContext())).rejects.toThrow(/L1\.H2\.Q holds weights/u);
    const found = await engine.pairs({ ...asked, passUnreadable: true }, quietContext());
    expect(found.rows.map(({ component }) => component)).toEqual(['L1.H0.QK', 'L1.H3.VO']);
    expect(found.unreadable.map(({ component }) => component)).toEqual(['L1.H2.QK']);
    expect(found.unreadable[0]?.problem).toMatch(/L1\.H2\.Q holds weights that are NaN/u);
    const alone = await engine.pairs({ ...asked, components: ['L1.H0.QK'] }, quietContext());
    expect(found.rows[0]).toEqual(alone.rows[0]);
  });
});

/** A copy of a gpt2 checkpoint in which column 0 of W_Q of L1.H2 is NaN. */
async function breakHead(from: string, to: string): Promise<void> {
  await mkdir(to);
  for (const file of await readdir(from)) {
    await copyFile(path.join(from, file), path.join(to, file));
  }
  const file = path.join(to, 'model.safetensors');
  const bytes = await readFile(file);
  const headerEnd = 8 + Number(bytes.readBigUInt64LE(0));
  const header = JSON.parse(bytes.toString('utf8', 8, headerEnd)) as Record<
    string,
    { shape: [number, number]; data_offsets: [number, number] }
  >;
  const entry = header['transformer.h.1.attn.c_attn.weight'];
  const [start = 0] = entry?.data_offsets ?? [];
  const dHead = (entry?.shape[0] ?? 0) / 6;
  bytes.writeFloatLE(NaN, headerEnd + start + 4 * 2 * dHead);
  await writeFile(file, bytes);
}
