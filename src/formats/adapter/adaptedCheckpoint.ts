import type { ByteSource } from '../../io/byteSource';
import type { Adaptation, Checkpoint, StoredTensor } from '../checkpoint';
import type { AdapterConfig } from './adapterConfig';
import { adapterTensors, type AdapterTensors, type LayoutOf } from './adapterTensors';
import { FactorStore } from './factorStore';
import { baseNumbers, LowRankSource, NO_BASE } from './lowRankSource';

/** Adapted tensors as float32 tensors of a source of their own. */
function placedIn(
  source: LowRankSource,
  { adapted }: AdapterTensors,
  file: number,
): Map<string, StoredTensor> {
  return new Map(
    [...source.tensors].map(([name, place]) => {
      const shape = adapted.get(name)?.base.shape ?? [];
      return [name, { name, dtype: 'F32', shape, file, ...place }] as const;
    }),
  );
}

/**
 * An adapter laid over its base: a checkpoint like any other, whose adapted tensors are computed row by row when they
 * are read. Closing it closes both.
 */
export class AdaptedCheckpoint implements Checkpoint {
  readonly format: string;
  readonly files: readonly string[];
  readonly tensors: ReadonlyMap<string, StoredTensor>;
  readonly metadata: ReadonlyMap<string, string>;
  readonly warnings: readonly string[];
  readonly adaptation: Adaptation;

  private constructor(
    private readonly base: Checkpoint,
    private readonly adapter: Checkpoint,
    private readonly merged: LowRankSource,
    delta: LowRankSource,
    found: AdapterTensors,
    factors: FactorStore,
    basePath: string,
  ) {
    // The adapter is one file, the last: its own tensors and the adapted ones lie in it.
    const file = base.files.length;
    this.format = base.format;
    this.files = [...base.files, ...adapter.files];
    this.metadata = base.metadata;
    this.warnings = [...base.warnings, ...adapter.warnings];
    const replaced = [...found.replaced].map(
      ([name, tensor]) => [name, { ...tensor, name, file }] as const,
    );
    this.tensors = new Map([...base.tensors, ...placedIn(merged, found, file), ...replaced]);
    this.adaptation = {
      basePath,
      settings: JSON.stringify(
        [...found.adapted].map(([name, { rank, scale, transposed }]) => [
          name,
          rank,
          scale,
          transposed,
        ]),
      ),
      lowRank: new Map([...found.adapted].map(([name, { rank }]) => [name, rank])),
      replaced: new Set(found.replaced.keys()),
      delta: deltaCheckpoint(this, delta, placedIn(delta, found, 0)),
      factors: (tensor) => factors.of(tensor),
    };
  }

  /** @param basePath the file that stands for the base @throws VocabScopeError `incomparable`, `unsupportedFormat` */
  static async over(
    base: Checkpoint,
    adapter: Checkpoint,
    config: AdapterConfig,
    basePath: string,
    layoutOf: LayoutOf,
  ): Promise<AdaptedCheckpoint> {
    const found = adapterTensors(adapter, base, config, layoutOf);
    const factors = new FactorStore(adapter, found.adapted);
    const file = await adapter.source(0);
    const merged = new LowRankSource(file, found.adapted, factors, baseNumbers(base));
    const delta = new LowRankSource(file, found.adapted, factors, NO_BASE);
    return new AdaptedCheckpoint(base, adapter, merged, delta, found, factors, basePath);
  }

  source(file: number): Promise<ByteSource> {
    return file < this.base.files.length ? this.base.source(file) : Promise.resolve(this.merged);
  }

  async close(): Promise<void> {
    await this.base.close();
    await this.adapter.close();
  }
}

/** What an adapter adds, without its base. */
function deltaCheckpoint(
  { format, metadata }: Pick<Checkpoint, 'format' | 'metadata'>,
  source: LowRankSource,
  tensors: ReadonlyMap<string, StoredTensor>,
): Checkpoint {
  return {
    ...{ format, metadata, tensors, files: [], warnings: [] },
    source: () => Promise.resolve(source),
    close: () => Promise.resolve(),
  };
}
