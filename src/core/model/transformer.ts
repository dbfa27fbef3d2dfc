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
  /** What a reader of numbers must know: sentences. */
  readonly warnings: readonly string[];
}
