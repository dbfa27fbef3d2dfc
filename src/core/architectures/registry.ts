import type { ArchitectureAdapter } from './adapter';
import { bert } from './families/bert';
import { distilbert } from './families/distilbert';
import { gpt2 } from './families/gpt2';
import { gptNeox } from './families/gptNeox';
import { llama } from './families/llama';
import { mistral } from './families/mistral';
import { qwen2 } from './families/qwen2';
import { roberta } from './families/roberta';

/** Every family: one line each. */
export const ADAPTERS: readonly ArchitectureAdapter[] = [
  bert,
  distilbert,
  gpt2,
  gptNeox,
  llama,
  mistral,
  qwen2,
  roberta,
];

/** A Map, so that a `model_type` such as `constructor` finds nothing. */
const BY_MODEL_TYPE: ReadonlyMap<string, ArchitectureAdapter> = new Map(
  ADAPTERS.flatMap((adapter) => adapter.modelTypes.map((type) => [type, adapter] as const)),
);

export function findAdapter(modelType: string): ArchitectureAdapter | undefined {
  return BY_MODEL_TYPE.get(modelType);
}

/** All values of `model_type` that are read, in order of their names. */
export function knownModelTypes(): readonly string[] {
  return [...BY_MODEL_TYPE.keys()].sort();
}
