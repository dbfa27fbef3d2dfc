import type { ReadingOptions } from '../core/projection/options';
import type { ScoredToken, TokenView } from './reading';

export interface RunParams {
  readonly model: string;
  readonly text: string;
  /** `k`, filters, rank (not specificity) and `withoutCommon` decide the lists; space and fold play no part. */
  readonly options: ReadingOptions;
  /** All layers, or only what the model says after the last. */
  readonly layers: 'all' | 'last';
  /** Neurons to list for each layer. */
  readonly neurons: number;
  /** The token whose states are read, from 0, special tokens included; negative: from the end. */
  readonly position: number;
}

/** A neuron that a text makes active, and the tokens that it then speaks for. */
export interface ActiveNeuron {
  /** The row that it writes: `L3.FF.V[907]`. */
  readonly component: string;
  /** What the row is multiplied by, before it is added to the hidden state. */
  readonly activation: number;
  /** The top of the row, or where the activation is negative its bottom. */
  readonly promotes: readonly ScoredToken[];
}

/** What the model has made of the text at one place, layer by layer (logit lens). */
export interface RunLayer {
  /** null: before the first layer. */
  readonly layer: number | null;
  /** The hidden state after this layer, through the final norm, read with W_U. */
  readonly top: readonly ScoredToken[];
  /** Largest magnitude first. */
  readonly neurons: readonly ActiveNeuron[];
}

export interface RunResult {
  /** The text as the model was given it, special tokens included. */
  readonly tokens: readonly TokenView[];
  /** Tokens of the text that did not fit. */
  readonly cut: number;
  /** The token whose states were read, from 0. */
  readonly position: number;
  readonly layers: readonly RunLayer[];
}
