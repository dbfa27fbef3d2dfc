import type { Space } from '../projection/options';
import type { RowKind } from './componentId';

/**
 * What folding does to rows of a kind. `reading`: times the gains before the sublayer. `writing`: times the gains
 * after it (sandwich norms only). `raw`: nothing, rows of E, U, P and C are read as they are.
 */
export type FoldRole = 'reading' | 'writing' | 'raw';

export interface RowKindInfo {
  /** Headings: "FF keys". */
  readonly plural: string;
  /** What one row is, as a part of a sentence. */
  readonly row: string;
  /** The embedding against which its rows are read with `space: auto`. */
  readonly space: Space;
  readonly foldRole: FoldRole;
  /** Rows of attention heads; with a fold role, the attention's norms apply, else the feed-forward's. */
  readonly perHead: boolean;
  /** What a row does to the tokens at its top ... */
  readonly topVerb: string;
  /** ... and at its bottom. */
  readonly bottomVerb: string;
}

const READING = { space: 'input', foldRole: 'reading' } as const;
const WRITING = { space: 'output', foldRole: 'writing' } as const;
const RESPONDS = { topVerb: 'responds to', bottomVerb: 'opposes' } as const;
const PROMOTES = { topVerb: 'promotes', bottomVerb: 'suppresses' } as const;
const LIES = { topVerb: 'lies towards', bottomVerb: 'lies away from' } as const;

/** One line per kind of row: the single place that tree, panel and command line ask. */
export const ROW_KIND_INFO: Readonly<Record<RowKind, RowKindInfo>> = {
  E: {
    plural: 'Token embeddings',
    row: "a token's input embedding, a row of W_E",
    space: 'input',
    foldRole: 'raw',
    perHead: false,
    ...LIES,
  },
  U: {
    plural: 'Output embeddings',
    row: "a token's output embedding, a row of W_U",
    space: 'output',
    foldRole: 'raw',
    perHead: false,
    ...LIES,
  },
  P: {
    plural: 'Positions',
    row: 'the learned embedding of a position',
    space: 'input',
    foldRole: 'raw',
    perHead: false,
    ...LIES,
  },
  C: {
    plural: 'Classifier rows',
    row: 'the row of a label in the last linear layer of a classifier',
    space: 'output',
    foldRole: 'raw',
    perHead: false,
    topVerb: 'speaks for',
    bottomVerb: 'speaks against',
  },
  'FF.K': {
    plural: 'FF keys',
    row: 'the key of a neuron: a row of W_gate if the MLP is gated, else of W_in',
    perHead: false,
    ...READING,
    ...RESPONDS,
  },
  'FF.Up': {
    plural: 'FF up rows',
    row: 'the second key of a gated neuron: a row of W_in',
    perHead: false,
    ...READING,
    ...RESPONDS,
  },
  'FF.V': {
    plural: 'FF values',
    row: 'the value of a neuron: a row of W_out',
    perHead: false,
    ...WRITING,
    ...PROMOTES,
  },
  Q: {
    plural: 'Queries',
    row: "a column of a head's W_Q",
    perHead: true,
    ...READING,
    ...RESPONDS,
  },
  K: {
    plural: 'Keys',
    row: "a column of a head's W_K",
    perHead: true,
    ...READING,
    ...RESPONDS,
  },
  V: {
    plural: 'Values',
    row: "a column of a head's W_V",
    perHead: true,
    ...READING,
    ...RESPONDS,
  },
  O: {
    plural: 'Outputs',
    row: "a row of a head's W_O",
    perHead: true,
    ...WRITING,
    ...PROMOTES,
  },
};
