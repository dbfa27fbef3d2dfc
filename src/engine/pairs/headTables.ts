import type { HeadMatrixRef } from '../../core/model/headMatrixId';
import type { OpenModel } from '../model/openModel';
import type { HeadOptions } from './headHalves';
import type { HeadEntry } from './pairStore';

type Layer = Pick<HeadMatrixRef, 'kind' | 'layer'>;

function partsOf({ kind, layer }: Layer, options: HeadOptions): Readonly<Record<string, unknown>> {
  const { space, fold, delta = 0 } = options;
  // How queries and keys are turned says nothing of values.
  return { what: 'heads', kind, layer, space, fold, delta: kind === 'QK' ? delta : 0 };
}

function isEntries(value: unknown, heads: number): value is (HeadEntry | null)[] {
  return (
    Array.isArray(value) &&
    value.length === heads &&
    value.every(
      (entry: unknown) =>
        entry === null ||
        (typeof entry === 'object' && ('statistics' in entry || 'problem' in entry)),
    )
  );
}

/** What is known of a layer's heads, by head, from memory or disk; null where nothing is. */
export async function layerHeads(
  model: OpenModel,
  layer: Layer,
  options: HeadOptions,
): Promise<(HeadEntry | null)[]> {
  const { heads } = model.pairs;
  const parts = partsOf(layer, options);
  const key = JSON.stringify(parts);
  const known = heads.get(key);
  if (known !== undefined) {
    return known;
  }
  const { nHeads } = model.ready().transformer.shape;
  const stored = await model.cache?.get({ ...model.identity, ...parts }, (value) =>
    isEntries(value, nHeads),
  );
  const made = heads.get(key) ?? stored ?? Array.from({ length: nHeads }, () => null);
  heads.set(key, made);
  return made;
}

/** Keeps what was found of some heads of a layer. */
export async function keepHeads(
  model: OpenModel,
  layer: Layer,
  options: HeadOptions,
  found: ReadonlyMap<number, HeadEntry>,
): Promise<void> {
  const entries = await layerHeads(model, layer, options);
  found.forEach((entry, head) => {
    entries[head] = entry;
  });
  await model.cache?.put({ ...model.identity, ...partsOf(layer, options) }, entries);
}
