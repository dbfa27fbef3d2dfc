/**
 * A transformer as the field names it, found inside a checkpoint: which tensors hold which matrices, and how.
 * Nothing here holds weights; views say where the rows lie.
 */

/**
 * A logical matrix `[rows, cols]` inside a stored tensor. `cols` is always the width that is read against the
 * vocabulary (d_model); row `i` is one parameter vector (a neuron, a column of a head's W_Q, a token), whatever
 * the layout on disk.
 *
 * Row `i` lies at index `offset + floor(i / blockLength) * blockStride + (i mod blockLength)` of axis `rowAxis`
 * of the tensor's (last) two axes. A plain matrix has `offset` 0 and one block. Fused and interleaved layouts
 * are other values of the same four numbers.
 */
export interface MatrixView {
  readonly tensor: string;
  readonly rows: number;
  readonly cols: number;
  /** 0: rows of the matrix are rows of the tensor (`nn.Linear` keys). 1: they are its columns (Conv1D keys, `nn.Linear` values). */
  readonly rowAxis: 0 | 1;
  readonly offset: number;
  readonly blockLength: number;
  readonly blockStride: number;
  /** For a tensor of three axes: index along the first (an expert). */
  readonly slice?: number;
}

export type NormKind = 'layernorm' | 'rmsnorm';

/** Gains of a norm, `[d_model]`. `plusOne`: the model multiplies by 1 + w (Gemma). */
export interface NormView {
  readonly tensor: string;
  readonly plusOne: boolean;
  /** Shifts `[d_model]`, where it has them. */
  readonly bias?: string;
}

/** Attention of one block. Rows of `W_Q` and `W_O`: `[n_heads * d_head, d_model]`; `W_K`, `W_V`: `[n_kv_heads * d_head, d_model]`. */
export interface AttentionViews {
  readonly W_Q: MatrixView;
  readonly W_K: MatrixView;
  readonly W_V: MatrixView;
  readonly W_O: MatrixView;
}

/** Feed-forward of one block, `[d_ff, d_model]` each: row `i` belongs to neuron `i`. */
export interface FeedForwardViews {
  readonly W_in: MatrixView;
  readonly W_gate?: MatrixView;
  readonly W_out: MatrixView;
}

/** Gains of the norms: before each sublayer (what folding uses), after it in sandwich and post-norm models. */
export interface BlockNorms {
  readonly attention?: NormView;
  readonly feedForward?: NormView;
  readonly attentionPost?: NormView;
  readonly feedForwardPost?: NormView;
}

export interface Block {
  readonly attention: AttentionViews;
  readonly feedForward: FeedForwardViews;
  readonly norms: BlockNorms;
}

/** The last linear layer of a classifier head, `[labels, d_model]`. */
export interface ClassifierHead {
  readonly W: MatrixView;
  /** One per row: `id2label`'s text, else the index. */
  readonly labels: readonly string[];
  /** `[labels]` */
  readonly bias?: string;
  /** The layer before it, `[d_model, d_model]`, which reads the final hidden state. */
  readonly dense?: HeadLayer;
  /** The token that a sequence classifier of this family judges by; absent: not known, or it judges every token. */
  readonly pool?: 'first' | 'last';
  /** With `last`: the id of padding, which at the end of a text is passed over. */
  readonly padding?: number;
  /** `problem_type` of config.json where that is not to choose one label: `multi_label_classification`, `regression`. */
  readonly otherTask?: string;
  /** Why it cannot be run, a whole sentence. */
  readonly problem?: string;
}

/** A linear layer `[d_model, d_model]`, its bias `[d_model]`, and what follows it. */
export interface HeadLayer {
  readonly W: MatrixView;
  readonly bias?: string;
  readonly activation: 'tanh' | 'relu';
}

export type NormPlacement = 'pre' | 'post' | 'sandwich';
export type Positions = 'learned' | 'rotary' | 'alibi' | 'relative' | 'none';

/** How a model rotates a query or key row `[d_head]` at position p: each pair of dimensions by p times its frequency. */
export interface RotaryPositions {
  /** `half`: dimension j turns with j + width / 2 (Llama, NeoX). `interleaved`: 2j with 2j + 1 (GPT-J). */
  readonly pairing: 'half' | 'interleaved';
  /** The first dimensions turn, the others never. */
  readonly width: number;
  /** `[width / 2]`, radians a position. */
  readonly frequencies: readonly number[];
  /** What a running model multiplies the turned dimensions by besides; readings leave it out. */
  readonly amplitude: number;
}

/** The sizes and kinds that describe a model, as `vocabscope info` prints them. */
export interface ModelShape {
  readonly architecture: string;
  readonly nLayers: number;
  readonly nHeads: number;
  readonly nKvHeads: number;
  readonly dModel: number;
  readonly dHead: number;
  readonly dFf: number;
  readonly dVocab: number;
  /** null: the config says untied and no output matrix is stored; the output space is then read with W_E. */
  readonly tied: boolean | null;
  readonly gated: boolean;
  readonly norm: NormKind;
  readonly normPlacement: NormPlacement;
  readonly positions: Positions;
  readonly experts: number;
}

/** What a neuron makes of its sum (transformers' `ACT2FN`): `gelu` by the error function, `geluTanh` its approximation. */
export type Activation = 'gelu' | 'geluTanh' | 'quickGelu' | 'relu' | 'reluSquared' | 'silu';

/**
 * A vector inside a stored tensor of one axis: element `i` lies where row `i` of a `MatrixView` with the same numbers
 * lies along its row axis.
 */
export interface VectorView {
  readonly tensor: string;
  readonly length: number;
  readonly offset: number;
  readonly blockLength: number;
  readonly blockStride: number;
}

/** Parts of a block that may have a bias: as long as the part has rows, of `O` and `out` `[d_model]`. */
export const BIASED_PARTS = ['Q', 'K', 'V', 'O', 'in', 'gate', 'out'] as const;
export type BiasedPart = (typeof BIASED_PARTS)[number];
export type BlockBiases = Readonly<Partial<Record<BiasedPart, VectorView>>>;

/** How a model computes, beside its matrices: what running it needs and reading it does not. */
export interface ForwardPass {
  readonly activation: Activation;
  readonly normEpsilon: number;
  /** A token sees itself and those before it alone. */
  readonly causal: boolean;
  /** Both sublayers read the block's input, and both are added to it. */
  readonly parallel: boolean;
  /** `[n_layers]`: what products of queries and keys are multiplied by. */
  readonly attentionScales: readonly number[];
  /** `[n_layers]`: how many tokens a query sees, itself included; null: all. */
  readonly windows: readonly (number | null)[];
  /** Scaled products s become cap tanh(s / cap). */
  readonly attentionCap: number | null;
  /** `[n_heads]`: what a key's distance is multiplied by and taken from its score (ALiBi). */
  readonly alibiSlopes: readonly number[] | null;
  /** What rows of W_E are multiplied by. */
  readonly embeddingScale: number;
  /** Rows added to every token: of these types `[types, d_model]` the first. */
  readonly tokenTypes: MatrixView | null;
  /** The norm of embeddings, positions included. */
  readonly embeddingNorm: NormView | null;
  /** `[n_layers]` */
  readonly biases: readonly BlockBiases[];
  /** The model takes so many tokens at once. */
  readonly maxTokens: number;
}

export interface Transformer {
  readonly shape: ModelShape;
  /** Input embedding `[d_vocab, d_model]`. */
  readonly W_E: MatrixView;
  /** Output embedding `[d_vocab, d_model]`; the same view as `W_E` where tied or missing. */
  readonly W_U: MatrixView;
  /**
   * Tied models only: an output matrix `[d_vocab, d_model]` that is stored all the same. Never used; where its
   * numbers differ from `W_E`, a warning names it.
   */
  readonly storedOutput?: MatrixView;
  /** Learned positions `[positions, d_model]`; padding rows of the table are already skipped. */
  readonly W_pos?: MatrixView;
  /** Rotary models only, where config.json says enough. */
  readonly rotary?: RotaryPositions;
  /** Rotary models only: why the rotation is not known, a whole sentence. */
  readonly rotaryProblem?: string;
  readonly blocks: readonly Block[];
  readonly finalNorm?: NormView;
  readonly classifier?: ClassifierHead;
  /** Why `fold: norms` is refused, a whole sentence; absent where folding is allowed. */
  readonly foldRefusal?: string;
  /** What running the model needs besides, or the sentence that says why it cannot be run. */
  readonly forward: ForwardPass | string;
  /** What a reader of numbers must know: sentences. */
  readonly warnings: readonly string[];
}
