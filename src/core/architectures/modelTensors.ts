/** Finding a model's matrices among the tensors of a checkpoint, with their shapes checked. */
import { VocabScopeError } from '../errors';
import type { MatrixView, NormView } from '../model/transformer';
import type { TensorInfo } from '../tensor/tensorInfo';
import type { ArchitectureAdapter, BlockPart, MatrixSource, Sizes, TensorNames } from './adapter';
import { CHOOSE_CONFIG, type ConfigSizes } from './config';

export type Tensors = ReadonlyMap<string, TensorInfo>;

/** Parts whose rows are written into the hidden state: they lie along the axis that goes into the matrix. */
const WRITING_PARTS: ReadonlySet<BlockPart> = new Set(['O', 'out']);

/** The axis of the stored tensor along which the rows of a part lie. */
export function rowAxisOf(part: BlockPart, layout: MatrixSource['layout']): 0 | 1 {
  return WRITING_PARTS.has(part) === (layout === 'linear') ? 1 : 0;
}

/** What a bias is called whose weight has this name; undefined where the name says nothing of weights. */
export function biasNameOf(weight: string): string | undefined {
  const bias = weight.replace(/[.]weight$/u, '.bias').replace(/[.]gamma$/u, '.beta');
  return bias === weight ? undefined : bias;
}

/** The name of the first of these tensors that the checkpoint holds. */
export function firstExisting(
  tensors: Tensors,
  names: TensorNames,
  toName: (name: string) => string = (name) => name,
): string | undefined {
  return names.map(toName).find((name) => tensors.has(name));
}

/** Where W_E is: its whole name, and the prefix that all names of the model then have. */
export interface Embedding {
  readonly name: string;
  readonly prefix: string;
}

/** Whole names under which W_E may be stored. */
export function embeddingsOf({ prefixes, embedding }: ArchitectureAdapter): readonly Embedding[] {
  return prefixes.flatMap((prefix) => embedding.map((name) => ({ prefix, name: prefix + name })));
}

/** W_E, where the checkpoint holds one of the family's names for it. */
export function findEmbedding(
  adapter: ArchitectureAdapter,
  tensors: Tensors,
): Embedding | undefined {
  return embeddingsOf(adapter).find(({ name }) => tensors.has(name));
}

const MAX_AXES_PRINTED = 8;

export function printShape(shape: readonly number[]): string {
  const more = shape.length > MAX_AXES_PRINTED ? ', …' : '';
  return `[${shape.slice(0, MAX_AXES_PRINTED).join(', ')}${more}]`;
}

function sizesSentence({ sizes, origins }: ConfigSizes): string {
  return (
    `d_model ${sizes.dModel} (${origins.dModel}), n_heads ${sizes.nHeads} (${origins.nHeads}), ` +
    `n_kv_heads ${sizes.nKvHeads}, d_head ${sizes.dHead} (${origins.dHead}), d_ff ${sizes.dFf} (${origins.dFf})`
  );
}

/** A whole tensor as a matrix whose rows are the tensor's. */
export function plainView(tensor: string, rows: number, cols: number, offset = 0): MatrixView {
  return { tensor, rows, cols, rowAxis: 0, offset, blockLength: rows, blockStride: rows };
}

/** The tensors of one model: names after its prefix, shapes as its config asks for. */
export class ModelTensors {
  /** Names of norms that were asked for and are not stored. */
  readonly missingNorms: string[] = [];

  constructor(
    private readonly tensors: Tensors,
    private readonly prefix: string,
    private readonly stackPath: string,
    private readonly config: ConfigSizes,
  ) {}

  private get sizes(): Sizes {
    return this.config.sizes;
  }

  private blockName(layer: number): (name: string) => string {
    return (name) => (this.prefix + this.stackPath + name).replaceAll('{}', String(layer));
  }

  /** The whole name of a tensor outside the blocks, where it is stored. */
  find(names: TensorNames): string | undefined {
    return firstExisting(this.tensors, names, (name) => this.prefix + name);
  }

  private shapeOf(name: string): readonly number[] {
    return this.tensors.get(name)?.shape ?? [];
  }

  private disagrees(name: string, expected: string): VocabScopeError {
    return new VocabScopeError(
      'invalidConfig',
      `${name} has the shape ${printShape(this.shapeOf(name))}, but ${expected} is expected: ` +
        `${sizesSentence(this.config)}. Check that config.json belongs to these weights, or ${CHOOSE_CONFIG}.`,
    );
  }

  /**
   * A stored table `[rows, d_model]`, without its first `skippedRows`.
   * @throws VocabScopeError `invalidConfig` where its width is not d_model.
   */
  table(name: string, skippedRows = 0): MatrixView {
    const { dModel } = this.sizes;
    const [rows = 0, cols = 0, ...more] = this.shapeOf(name);
    if (more.length > 0 || rows <= skippedRows || cols !== dModel) {
      const least = skippedRows === 0 ? 'rows' : `more than ${skippedRows} rows`;
      throw this.disagrees(name, `[${least}, ${dModel}]`);
    }
    return plainView(name, rows - skippedRows, cols, skippedRows);
  }

  /** Rows of a part, over all heads. */
  private partRows(part: BlockPart): number {
    const { nHeads, nKvHeads, dHead, dFf } = this.sizes;
    switch (part) {
      case 'Q':
      case 'O':
        return nHeads * dHead;
      case 'K':
      case 'V':
        return nKvHeads * dHead;
      case 'in':
      case 'gate':
      case 'out':
        return dFf;
    }
  }

  /**
   * One matrix of a block.
   * @throws VocabScopeError `invalidConfig` where it is missing or has another shape than the config asks for.
   */
  blockMatrix(layer: number, part: BlockPart, source: MatrixSource): MatrixView {
    const toName = this.blockName(layer);
    const tensor = firstExisting(this.tensors, source.names, toName);
    if (tensor === undefined) {
      throw new VocabScopeError(
        'invalidConfig',
        `${source.names.map(toName).join(' or ')} is missing, although the model has ${this.sizes.nLayers} layers ` +
          `(${this.config.origins.nLayers}). Check that every file of the checkpoint is there and that config.json ` +
          `belongs to these weights, or ${CHOOSE_CONFIG}.`,
      );
    }
    const { dModel } = this.sizes;
    const { groups, parts } = source.fused ?? { groups: 1, parts: [part] };
    const groupCount = typeof groups === 'number' ? groups : this.sizes[groups];
    const lengths = parts.map((each) => this.partRows(each) / groupCount);
    const total = lengths.reduce((sum, length) => sum + length, 0) * groupCount;
    const position = parts.indexOf(part);
    const rowAxis = rowAxisOf(part, source.layout);
    const expected = rowAxis === 0 ? [total, dModel] : [dModel, total];
    const shape = this.shapeOf(tensor);
    const dividesEvenly = lengths.every((length) => Number.isSafeInteger(length));
    if (
      !dividesEvenly ||
      shape.length !== 2 ||
      shape.some((size, axis) => size !== expected[axis])
    ) {
      throw this.disagrees(tensor, printShape(expected));
    }
    return {
      tensor,
      rows: this.partRows(part),
      cols: dModel,
      rowAxis,
      offset: lengths.slice(0, position).reduce((sum, length) => sum + length, 0),
      blockLength: this.partRows(part) / groupCount,
      blockStride: total / groupCount,
    };
  }

  /** Gains of a norm `[d_model]` of a block, or outside the blocks; undefined (and noted) where they are not stored. */
  norm(names: TensorNames, plusOne: boolean, layer?: number): NormView | undefined {
    const toName =
      layer === undefined ? (name: string) => this.prefix + name : this.blockName(layer);
    const tensor = firstExisting(this.tensors, names, toName);
    if (tensor === undefined) {
      this.missingNorms.push(toName(names[0]));
      return undefined;
    }
    this.requireVector(tensor);
    const bias = biasNameOf(tensor);
    if (bias === undefined || !this.tensors.has(bias)) {
      return { tensor, plusOne };
    }
    this.requireVector(bias);
    return { tensor, plusOne, bias };
  }

  private requireVector(tensor: string): void {
    const shape = this.shapeOf(tensor);
    if (shape.length !== 1 || shape[0] !== this.sizes.dModel) {
      throw this.disagrees(tensor, `[${this.sizes.dModel}]`);
    }
  }

  /** Layers that the file holds beyond those of the config: their numbers. */
  extraLayers(): readonly number[] {
    const [before = '', after = ''] = (this.prefix + this.stackPath).split('{}');
    const layers = new Set<number>();
    for (const name of this.tensors.keys()) {
      if (name.startsWith(before)) {
        const digits = /^\d+/u.exec(name.slice(before.length))?.[0] ?? '';
        if (digits !== '' && name.startsWith(after, before.length + digits.length)) {
          layers.add(Number(digits));
        }
      }
    }
    return [...layers].filter((layer) => layer >= this.sizes.nLayers).sort((a, b) => a - b);
  }
}
