/**
 * One family of models as data: which keys of config.json give its sizes, and which tensors hold its matrices,
 * in which layout. `resolve.ts` reads these descriptions; a new family is a file in `families/` and a line in
 * `registry.ts`.
 */
import type {
  BlockNorms,
  NormKind,
  NormPlacement,
  Positions,
  RotaryPositions,
} from '../model/transformer';

/** Names of one tensor, the first that exists counts: the present one, then older ones. `{}` is the layer number. */
export type TensorNames = readonly [string, ...string[]];

/** Sizes that config.json settles. `d_vocab` is not among them: rows of W_E count. */
export type SizeName = 'nLayers' | 'nHeads' | 'nKvHeads' | 'dModel' | 'dHead' | 'dFf';
export type Sizes = Readonly<Record<SizeName, number>>;

/** Where config.json says a size, and transformers' default for this model_type where no key is present. */
export interface SizeKey {
  /** Keys by preference: the family's own, then those that transformers maps to it. */
  readonly keys: readonly [string, ...string[]];
  readonly absent: number;
}

/** A size that follows from others. */
export type SizeRule = 'n_heads' | 'd_model / n_heads' | '4 d_model';

/** A size that may follow from others, where its key is absent or null. */
export interface DerivedSizeKey {
  readonly keys: SizeKey['keys'];
  readonly absent: number | SizeRule;
  /** What an explicit null means; without it null is refused like any other value that is no number. */
  readonly null?: SizeRule;
}

/** The matrices of a block, as parts of what a tensor holds. */
export type BlockPart = 'Q' | 'K' | 'V' | 'O' | 'in' | 'gate' | 'out';

/** On disk: `nn.Linear` keeps `[out, in]`, GPT-2's Conv1D keeps `[in, out]`. */
export type TensorLayout = 'linear' | 'conv1d';

/**
 * Several parts in one tensor. Its rows fall into `groups` equal groups, one after another, and each group
 * holds its share of every part, in the order of `parts`. One group: thirds Q | K | V (also with fewer key
 * heads). `nHeads` groups: interleaved (head, q|k|v, d_head). `nKvHeads` groups: each key head after its
 * query heads. `dFf` groups: gate and up in turn. 4 groups: CodeGen's blocks.
 */
export interface FusedSplit {
  readonly groups: number | SizeName;
  readonly parts: readonly BlockPart[];
}

/** Where one matrix of a block lies. */
export interface MatrixSource {
  readonly names: TensorNames;
  readonly layout: TensorLayout;
  /** Absent: the tensor holds this matrix alone. */
  readonly fused?: FusedSplit;
}

/** The repeated blocks. Names stand after the model's prefix; `{}` is the layer number. */
export interface StackLayout {
  /** What all names of a block begin with, e.g. `h.{}.`; the names below follow it. */
  readonly path: string;
  /** Rows `[n_heads * d_head, d_model]` (Q, O) and `[n_kv_heads * d_head, d_model]` (K, V). */
  readonly attention: Readonly<Record<'Q' | 'K' | 'V' | 'O', MatrixSource>>;
  /** Rows `[d_ff, d_model]` each; `gate` where the MLP is gated. */
  readonly feedForward: Readonly<Record<'in' | 'out', MatrixSource>> & {
    readonly gate?: MatrixSource;
  };
  /** Gains `[d_model]`: before a sublayer, or (`...Post`) after it. */
  readonly norms: { readonly [norm in keyof BlockNorms]?: TensorNames };
  /** After the prefix alone, not the path. */
  readonly finalNorm?: TensorNames;
}

export type PositionsLayout =
  | {
      readonly kind: Extract<Positions, 'learned'>;
      readonly names: TensorNames;
      /** First rows of the table that stand for no position (OPT: 2), or the token whose id is that of the last of them. */
      readonly skippedRows: number | { readonly upToId: SizeKey };
    }
  | { readonly kind: Extract<Positions, 'rotary'>; readonly rotation?: RotaryLayout }
  | { readonly kind: Exclude<Positions, 'learned' | 'rotary'> };

/** Where config.json says how positions rotate queries and keys. */
export interface RotaryLayout {
  readonly base: SizeKey;
  /** Share of a head's dimensions that turns; absent: all. */
  readonly share?: SizeKey;
  readonly pairing: RotaryPositions['pairing'];
}

/** Where config.json says a number, a switch or a name, and transformers' default where no key is present. */
export interface NumberKey {
  readonly keys: SizeKey['keys'];
  readonly absent: number;
}
export interface SwitchKey {
  readonly keys: SizeKey['keys'];
  readonly absent: boolean;
}
export interface TextKey {
  readonly keys: SizeKey['keys'];
  readonly absent: string;
}

/** Layers whose queries see only the tokens just before them. `layer_types` in config.json decides where it stands. */
export interface WindowLayout {
  /** Tokens, the query's own included; null in config.json: all. */
  readonly size: NumberKey;
  /** Whether there is a window at all. Absent: yes. */
  readonly used?: SwitchKey;
  /** The first layer with one; absent: the first of all. */
  readonly fromLayer?: NumberKey;
  /** Every so-manyth layer has one, beginning with the first. */
  readonly every?: number;
}

/** How a family computes, beside its matrices: what running it needs and reading it does not. */
export interface ForwardLayout {
  /** A token sees itself and those before it alone. */
  readonly causal: boolean;
  readonly activation: TextKey;
  readonly normEpsilon: NumberKey | number;
  /** Whether both sublayers read the block's input. Absent: the feed-forward reads what attention has added to. */
  readonly parallel?: SwitchKey;
  readonly attention?: {
    /** Whether products are divided by a square root at all. */
    readonly scaled?: SwitchKey;
    /** The number whose square root it is; absent (there or in config.json): d_head. */
    readonly width?: { readonly keys: SizeKey['keys']; readonly absent?: number };
    /** Whether they are divided by the layer's number besides, counted from 1. */
    readonly dividedByLayer?: SwitchKey;
    /** Soft cap of scores; null in config.json: none. */
    readonly cap?: NumberKey;
  };
  readonly window?: WindowLayout;
  readonly embeddingScale?: 'sqrt d_model';
  /** After the prefix. */
  readonly embeddingNorm?: TensorNames;
  /** Rows of which the first is added to every token; after the prefix. */
  readonly tokenTypes?: TensorNames;
  /** Tokens that the model takes at once; absent: as many as its table of positions has rows. */
  readonly maxTokens?: NumberKey;
  /** Keys of config.json under whose other values blocks compute otherwise. */
  readonly only?: readonly { readonly key: string; readonly values: readonly unknown[] }[];
  readonly sequenceClassifier: {
    /** The token by which it judges. */
    readonly pool: 'first' | 'last';
    /** The layer before the last one: whole names, or after the prefix. */
    readonly dense?: { readonly names: TensorNames; readonly activation: 'tanh' | 'relu' };
  };
}

export interface ArchitectureAdapter {
  /** Values of `model_type`. */
  readonly modelTypes: readonly [string, ...string[]];
  /** `nKvHeads` absent: as many as heads. `dHead` absent: d_model / n_heads. */
  readonly sizes: {
    readonly nLayers: SizeKey;
    readonly nHeads: SizeKey;
    readonly dModel: SizeKey;
    readonly dFf: DerivedSizeKey;
    readonly nKvHeads?: DerivedSizeKey;
    readonly dHead?: DerivedSizeKey;
  };
  /** transformers' default of `tie_word_embeddings` for these model types. */
  readonly tiedByDefault: boolean;
  /** What may stand before the names of the model proper; the one under which W_E is found counts. */
  readonly prefixes: TensorNames;
  /** W_E `[d_vocab, d_model]`, after the prefix. */
  readonly embedding: TensorNames;
  readonly positions: PositionsLayout;
  readonly stack: StackLayout;
  readonly norm: {
    readonly kind: NormKind;
    readonly placement: NormPlacement;
    /** The stored gains are w and the model multiplies by 1 + w (Gemma). */
    readonly plusOne: boolean;
  };
  /** The stored output matrix `[d_vocab, d_model]`: whole names, no prefix. */
  readonly output: TensorNames;
  /** The last linear layer of a classifier head `[labels, d_model]`: whole names, no prefix. */
  readonly classifier: TensorNames;
  /** Absent: models of this family are read and not run. */
  readonly forward?: ForwardLayout;
  /** Endings of tensors that are no parameters: masks and frequencies that older files carry. */
  readonly buffers: readonly string[];
}

/** Parts that share one `nn.Linear` or Conv1D, e.g. Q, K and V. */
export function fusedSources<P extends BlockPart>(
  names: TensorNames,
  layout: TensorLayout,
  groups: FusedSplit['groups'],
  parts: readonly P[],
): Readonly<Record<P, MatrixSource>> {
  const source: MatrixSource = { names, layout, fused: { groups, parts } };
  return Object.fromEntries(parts.map((part) => [part, source])) as Record<P, MatrixSource>;
}

/** A plain `nn.Linear`. */
export function linear(...names: TensorNames): MatrixSource {
  return { names, layout: 'linear' };
}
