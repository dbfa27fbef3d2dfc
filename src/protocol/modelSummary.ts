import type { ModelShape } from '../core/model/transformer';
import type { RowKind } from '../core/model/componentId';

export interface TokenizerSummary {
  readonly kind: string;
  readonly size: number;
}

/** A table of rows that can be opened, scanned and read. */
export interface MatrixSummary {
  /** `E`, `L3.FF.K`, `L3.Q`. */
  readonly id: string;
  readonly kind: RowKind;
  readonly layer?: number;
  readonly rows: number;
}

/** An adapter that is laid over a base model. */
export interface AdapterSummary {
  /** The file that stands for the base. */
  readonly basePath: string;
  /** Tensors to which a product of two factors is added, and the ranks of these, ascending. */
  readonly adapted: number;
  readonly ranks: readonly number[];
  /** Tensors that it brings whole. */
  readonly replaced: number;
}

/** What is known of a model without reading its weights. */
export interface ModelSummary {
  /** Handle for all further requests. */
  readonly model: string;
  /** What people call it: the folder's or file's name. */
  readonly name: string;
  /** The one file that stands for the model: the index, else the weights file. */
  readonly canonicalPath: string;
  readonly files: readonly string[];
  readonly configPath: string | null;
  readonly tokenizerPath: string | null;
  /** The files at `tokenizerPath` that were read. */
  readonly tokenizerFiles: readonly string[];
  /** Set where files were chosen by hand rather than found. */
  readonly chosenConfig: boolean;
  readonly chosenTokenizer: boolean;
  /** Config and tokenizer in the parent folder that would fit (sizes agree), offered, not used. */
  readonly offeredConfig: string | null;
  readonly offeredTokenizer: string | null;
  readonly format: string;
  /** Set where the model is an adapter, read merged with its base. */
  readonly adapter?: AdapterSummary;
  /** `model_type` of the config, whether or not it is known; null without a config. */
  readonly architecture: string | null;
  /** Null where the architecture is unknown or incomplete: tensors stay browsable and `architectureProblem` says why. */
  readonly shape: ModelShape | null;
  readonly architectureProblem: string | null;
  readonly tokenizer: TokenizerSummary | null;
  /** Why there is no tokenizer, or what is wrong with it. */
  readonly tokenizerProblem: string | null;
  /** Rows of the embedding that have no token. */
  readonly paddingRows: number;
  readonly foldRefusal: string | null;
  readonly matrices: readonly MatrixSummary[];
  readonly labels: readonly string[];
  readonly tensorCount: number;
  readonly parameters: number;
  readonly warnings: readonly string[];
}

export interface TensorRow {
  readonly name: string;
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly byteLength: number;
  readonly file: string;
}
