/** A classifier A and a merely pretrained model B: B's first blocks, carried through the vocabulary into A's last ones. */

/** How a classifier's logits of tokens become those of a text. */
export const POOLS = ['last', 'first', 'mean'] as const;
export type Pool = (typeof POOLS)[number];

/** Who said how A pools. */
export type PoolSource = 'asked' | 'train.json' | 'architecture';

/** What the stitched models are built from; the same for all of a sweep. */
export interface StitchPair {
  /** The classifier, A. */
  readonly model: string;
  /** The merely pretrained model, B. */
  readonly base: string;
  /** Absent: `train.json` beside A, else what A's family does. */
  readonly pool?: Pool;
  /** Leaves A's final norm out, as the paper's authors did. Default false. */
  readonly withoutFinalNorm?: boolean;
  /** Leaves under-trained tokens (of either model) out of the shared vocabulary. Default false. */
  readonly excludeUndertrained?: boolean;
}

/** Labelled data: CSV with a header, or JSONL. */
export interface StitchData {
  readonly file: string;
  readonly textColumn: string;
  readonly labelColumn: string;
  /** Of a longer file so many are drawn at random, always the same. */
  readonly maxTexts: number;
}

/** What the page of a stitched pair is measured with: kept in the panel's place. */
export interface StitchRecipe extends StitchData {
  readonly pool?: Pool;
}

/** The texts of a recipe. */
export function dataOf({ file, textColumn, labelColumn, maxTexts }: StitchRecipe): StitchData {
  return { file, textColumn, labelColumn, maxTexts };
}

/** A recipe out of storage or a message; undefined where it is none. */
export function readRecipe(value: unknown): StitchRecipe | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { file, textColumn, labelColumn, maxTexts, pool } = value as Record<string, unknown>;
  if (typeof file !== 'string' || typeof textColumn !== 'string') return undefined;
  if (typeof labelColumn !== 'string' || typeof maxTexts !== 'number') return undefined;
  if (!Number.isSafeInteger(maxTexts) || maxTexts < 1) return undefined;
  const known = POOLS.find((each) => each === pool);
  return {
    ...{ file, textColumn, labelColumn, maxTexts },
    ...(known === undefined ? {} : { pool: known }),
  };
}

export interface StitchParams extends StitchPair {
  readonly data: StitchData;
  /** Last blocks of A that run, one curve each. */
  readonly transplants: readonly number[];
  /** Blocks of B that run before. Absent: 0 to all. */
  readonly keeps?: readonly number[];
  /** Also with the kernel of a shuffled vocabulary. */
  readonly control: boolean;
  /** Also with the threshold at the median margin of the texts (two labels only). */
  readonly calibrate: boolean;
  /** Also with A's blocks and head rewritten into B's space, instead of B's states carried into A's. Default false. */
  readonly translate?: boolean;
}

/** A share with its 95 % interval (Wilson). */
export interface StitchAccuracy {
  readonly accuracy: number;
  readonly low: number;
  readonly high: number;
  /** Texts. */
  readonly n: number;
}

/** One stitched model. */
export interface StitchPoint extends StitchAccuracy {
  readonly transplant: number;
  readonly keep: number;
  readonly calibrated?: StitchAccuracy;
}

/** How states are carried from B into A. */
export interface StitchKernelSummary {
  /** Tokens of both vocabularies that the kernel is made of. */
  readonly tokens: number;
  readonly sharedTokens: number;
  /** Shares of each model's tokens that the other has. */
  readonly shareA: number;
  readonly shareB: number;
  readonly ridge: number;
  readonly condition: number;
}

export interface StitchResult {
  readonly labels: readonly string[];
  readonly pool: Pool;
  readonly poolSource: PoolSource;
  readonly kernel: StitchKernelSummary;
  readonly finalNorm: boolean;
  /** Tokens that a text may have at most in the stitched models: the smaller context. */
  readonly maxTokens: number;
  /** Texts that were cut to that. */
  readonly truncated: number;
  /** Texts that were used, and records of the file. */
  readonly texts: number;
  readonly records: number;
  /** The share of the commonest label. */
  readonly chance: number;
  /** A's own accuracy on the same texts. */
  readonly source: StitchAccuracy;
  readonly curve: readonly StitchPoint[];
  /** B with A's head alone: no block of A. */
  readonly headAlone: readonly StitchPoint[];
  readonly control: readonly StitchPoint[] | null;
  /** A's blocks and head in B's space: other models than those of the curve. Absent unless asked for. */
  readonly translated?: readonly StitchPoint[];
  readonly warnings: readonly string[];
}

/** A stitched model of a panel's pair that is to be written. */
export interface StitchExportWish {
  readonly transplant: number;
  readonly keep: number;
  readonly withoutFinalNorm: boolean;
  readonly excludeUndertrained: boolean;
  /** As in `StitchExportParams`. */
  readonly translate: boolean;
}

export interface StitchExportParams extends StitchPair {
  /** First blocks of B, and last blocks of A. */
  readonly keep: number;
  readonly transplant: number;
  /** A's blocks and head rewritten into B's space: a checkpoint of B's format where that can hold them. Default false. */
  readonly translate?: boolean;
  /** Where it goes: new or empty. */
  readonly folder: string;
  /** Where it is while it is unfinished: a name of its own (`partOf`), so that who asks can remove it behind an engine that dies. */
  readonly part: string;
  /** What was measured, for the model card; null: nothing. */
  readonly measured: { readonly file: string; readonly result: StitchResult } | null;
}

export interface StitchExport {
  readonly folder: string;
  /** Names of the files in it. */
  readonly files: readonly string[];
  /** Translated models that are ONNX: why B's own format cannot hold them, a whole sentence. */
  readonly checkpointProblem?: string;
}

export interface ClassifyParams {
  /** A stitched model that was exported. */
  readonly folder: string;
  readonly texts: readonly string[];
  /** Also how much each word matters, by leaving it out. */
  readonly words: boolean;
}

/** Which texts of a file are listed. */
export type ExampleFilter = 'all' | 'wrong' | 'right';

/** One stitched model of a pair. */
interface StitchChoice extends StitchPair {
  readonly transplant: number;
  readonly keep: number;
  /** With A's blocks and head rewritten into B's space. Default false. */
  readonly translate?: boolean;
}

export interface StitchExamplesParams extends StitchChoice {
  readonly data: StitchData;
  /** With the threshold at the median margin of the texts (two labels only). */
  readonly calibrated: boolean;
  readonly show: ExampleFilter;
  readonly start: number;
  readonly count: number;
}

/** A labelled text beside what a stitched model says of it. */
export interface StitchExample {
  readonly text: string;
  /** Whether only the beginning of the text is given. */
  readonly cut: boolean;
  readonly label: string;
  readonly predicted: string;
  /** Of the predicted label. */
  readonly probability: number;
}

export interface StitchExamplesResult {
  readonly labels: readonly string[];
  /** Texts by `[label][predicted]`, whatever is listed. */
  readonly confusion: readonly (readonly number[])[];
  /** Wrong ones first, the most probable prediction of each group first. */
  readonly rows: readonly StitchExample[];
  /** Of the filter. */
  readonly total: number;
}

export interface ClassifyStitchedParams extends StitchChoice {
  readonly texts: readonly string[];
  /** Also how much each word matters, by leaving it out. */
  readonly words: boolean;
}

export interface ClassifiedTexts {
  readonly labels: readonly string[];
  readonly rows: readonly Classified[];
}

/** What a stitched model says of a text. */
export interface Classified {
  readonly text: string;
  readonly label: string;
  readonly probabilities: readonly { readonly label: string; readonly probability: number }[];
  /** Whether the text was cut to the context. */
  readonly truncated: boolean;
  /** In the order of the text: by how much the probability of the label falls where the word is left out. */
  readonly words?: readonly { readonly word: string; readonly change: number }[];
}
