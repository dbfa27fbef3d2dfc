import { VocabScopeError } from '../../../core/errors';
import {
  POOLS,
  type Pool,
  type StitchAccuracy,
  type StitchExportParams,
  type StitchResult,
} from '../../../protocol/stitch';

/** The name of the form of `stitched.json`. */
const SCHEMA = 'vocabscope-stitched/1';

/** What `stitched.json` says: what running the model needs beside its graph and tokenizer, and how it was made. */
export interface StitchedDescription {
  readonly labels: readonly string[];
  /** Tokens of a text at most, special ones included; first tokens are kept. */
  readonly max_tokens: number;
  /** Ids of the special tokens around every text. */
  readonly before: readonly number[];
  readonly after: readonly number[];
  readonly recipe: StitchedRecipe;
  /** null: not measured. */
  readonly measured: MeasuredModel | null;
}

export interface StitchedRecipe {
  readonly tuned: string;
  readonly base: string;
  /** First blocks of the base. */
  readonly keep: number;
  /** Last blocks of the tuned model. */
  readonly transplant: number;
  /** The tuned model's blocks and head are rewritten into the base's space, and no state is carried. */
  readonly translated: boolean;
  /** Translated models that are ONNX: why the base's own format cannot hold them. */
  readonly checkpoint_problem: string | null;
  readonly pool: Pool;
  readonly pool_source: string;
  readonly final_norm: boolean;
  readonly shared_tokens: number;
  readonly kernel_tokens: number;
  readonly exclude_undertrained: boolean;
  readonly ridge: number;
  /** That of the kernel's way back; null where it is not gone. */
  readonly ridge_back: number | null;
  readonly condition: number;
}

export interface MeasuredModel {
  readonly file: string;
  readonly texts: number;
  readonly truncated: number;
  readonly chance: number;
  readonly source: StitchAccuracy;
  readonly stitched: StitchAccuracy;
  readonly head_alone: StitchAccuracy | null;
  readonly control: StitchAccuracy | null;
}

/** What a measurement says of one stitched model; null where it did not measure it. */
export function measuredModel(
  file: string,
  result: StitchResult,
  { keep, transplant, translate = false }: StitchExportParams,
): MeasuredModel | null {
  const plain = ({ accuracy, low, high, n }: StitchAccuracy): StitchAccuracy => ({
    ...{ accuracy, low, high, n },
  });
  const at = (points: StitchResult['curve'], blocks: number): StitchAccuracy | null => {
    const found = points.find((point) => point.keep === keep && point.transplant === blocks);
    return found === undefined ? null : plain(found);
  };
  const stitched = at((translate ? result.translated : result.curve) ?? [], transplant);
  return stitched === null
    ? null
    : {
        file,
        texts: result.texts,
        truncated: result.truncated,
        chance: result.chance,
        source: plain(result.source),
        stitched,
        head_alone: translate ? null : at(result.headAlone, 0),
        control: translate ? null : at(result.control ?? [], transplant),
      };
}

export function descriptionJson(description: StitchedDescription): string {
  return `${JSON.stringify({ schema: SCHEMA, ...description }, null, 2)}\n`;
}

function isIds(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.every((id) => Number.isSafeInteger(id) && id >= 0);
}

/** @throws VocabScopeError `invalidFile` where it is no description of a stitched model */
export function readDescription(text: string, file: string): StitchedDescription {
  let json: Partial<
    Omit<StitchedDescription, 'recipe'> & {
      readonly schema: string;
      readonly recipe: Partial<StitchedRecipe> | null;
    }
  >;
  try {
    json = (JSON.parse(text) ?? {}) as typeof json;
  } catch (error) {
    throw new VocabScopeError('invalidFile', `${file} is no valid JSON: export the model again.`, {
      cause: error,
    });
  }
  const { labels, max_tokens: maxTokens, before, after, recipe } = json;
  const isWhole =
    json.schema === SCHEMA &&
    Array.isArray(labels) &&
    labels.length > 1 &&
    labels.every((label) => typeof label === 'string') &&
    Number.isSafeInteger(maxTokens) &&
    isIds(before) &&
    isIds(after) &&
    POOLS.some((pool) => pool === recipe?.pool);
  if (!isWhole) {
    throw new VocabScopeError(
      'invalidFile',
      `${file} does not describe a stitched model of this version: export the model again.`,
    );
  }
  return json as StitchedDescription;
}
