import { readdirSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import type { ArchitectureAdapter } from '../../../src/core/architectures/adapter';
import { ADAPTERS, findAdapter, knownModelTypes } from '../../../src/core/architectures/registry';

const FAMILIES = path.resolve(import.meta.dirname, '../../../src/core/architectures/families');

it('registers every adapter file, each under its model types', async () => {
  const files = readdirSync(FAMILIES);
  const modules = await Promise.all(
    files.map((file) => import(path.join(FAMILIES, file)) as Promise<Record<string, unknown>>),
  );
  const adapters = modules.flatMap((module) => Object.values(module) as ArchitectureAdapter[]);
  expect(new Set(ADAPTERS)).toEqual(new Set(adapters));
  expect(ADAPTERS).toHaveLength(files.length);
  for (const adapter of adapters) {
    expect(adapter.modelTypes.map(findAdapter)).toEqual(adapter.modelTypes.map(() => adapter));
  }
});

it('gives no model type to two families', () => {
  const types = ADAPTERS.flatMap(({ modelTypes }) => modelTypes);
  expect(knownModelTypes()).toEqual([...new Set(types)].sort());
  expect(knownModelTypes()).toHaveLength(types.length);
});

it.each(['__proto__', 'constructor', 'toString', ''])('knows no %s', (modelType) => {
  expect(findAdapter(modelType)).toBeUndefined();
});
