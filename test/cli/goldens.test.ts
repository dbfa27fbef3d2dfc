import { describe, expect, it } from 'vitest';
import {
  FAMILIES,
  familyFolder,
  familyGoldens,
  SAMPLE_FOLDER,
  sameSide,
  sampleGoldens,
  type GoldenRow,
} from '../support/goldens';
import { vocabscope, vocabscopeJson } from './support';

interface JsonRow {
  readonly component: string;
  readonly norm: number;
  readonly top: readonly {
    readonly id: number;
    readonly score: number;
    readonly token: string | null;
  }[];
  readonly bottom: readonly { readonly id: number; readonly score: number }[];
}

const CASES = [
  ...FAMILIES.map((family) => ({
    name: family,
    folder: familyFolder(family),
    goldens: familyGoldens(family),
  })),
  { name: 'the sample', folder: SAMPLE_FOLDER, goldens: sampleGoldens() },
];

async function expectRows(
  folder: string,
  goldens: readonly GoldenRow[],
  ...options: string[]
): Promise<void> {
  const components = goldens.map(({ component }) => component);
  const { rows } = await vocabscopeJson('tokens', folder, ...components, ...options);
  for (const [index, golden] of goldens.entries()) {
    const row = (rows as JsonRow[])[index];
    expect(row?.component).toBe(golden.component);
    expect(row?.norm).toBeCloseTo(golden.norm, 5);
    expect(sameSide(row?.top ?? [], golden.top), golden.component).toBeNull();
    expect(sameSide(row?.bottom ?? [], golden.bottom), golden.component).toBeNull();
  }
}

describe.each(CASES)('vocabscope on $name', ({ folder, goldens }) => {
  it('describes the model', async () => {
    const { model, schema } = await vocabscopeJson('info', folder);
    expect(schema).toBe('vocabscope/1');
    expect(model).toMatchObject(goldens.info);
  });

  it('reads its rows', async () => {
    await expectRows(folder, goldens.tokens);
  });

  it('reads its rows folded, or refuses', async () => {
    if (goldens.fold_refused === true) {
      const answer = await vocabscope(
        'tokens',
        folder,
        'L0.FF.K[0]',
        '--fold',
        'norms',
        '--no-cache',
      );
      expect(answer.code).toBe(1);
      expect(answer.stdout).toBe('');
      expect(answer.stderr).toMatch(/norm/u);
    } else if (goldens.folded === undefined) {
      await expectRows(folder, goldens.tokens.slice(0, 1));
    } else {
      await expectRows(folder, goldens.folded, '--fold', 'norms');
    }
  });

  it('knows its tokens', async () => {
    const wanted = goldens.tokenizer ?? [];
    const ids = wanted.map(({ id }) => String(id));
    const { rows } = await vocabscopeJson('vocab', folder, ...ids);
    const found = rows as { id: number; token: string | null; padding: boolean }[];
    for (const { id, token, also, padding } of wanted) {
      const row = found.find((candidate) => candidate.id === id);
      expect([token, ...(also ?? [])]).toContain(row?.token ?? null);
      expect(row?.padding).toBe(padding === true);
    }
    expect(found.length).toBeGreaterThanOrEqual(wanted.length);
  });
});
