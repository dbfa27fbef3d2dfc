import { join } from 'node:path';
import { VocabScopeError } from '../../core/errors';
import { quote } from '../quote';
import { readConfig, type ConfigEntries } from '../readConfig';
import { modulePattern } from './modulePattern';

export const ADAPTER_CONFIG = 'adapter_config.json';

/** Ranks beyond this are no adapters. */
const MAX_RANK = 65_536;

const MERGE = 'Merge it into its base model and open that.';

/** Ways to begin a training (`init_lora_weights`) that change the base's weights too. */
const CHANGED_BASE = /^(?:pissa|olora|corda|loftq)/u;

/** A number for the modules that a pattern matches. */
interface ModulePattern {
  readonly matches: (module: string) => boolean;
  readonly value: number;
}

/** How the factors of an adapter become changes of weights (PEFT's `LoraConfig`). */
export interface AdapterConfig {
  /** `base_model_name_or_path`: a path or a name on the hub. */
  readonly base: string | undefined;
  /** The base stores its weights `[in, out]`, as Conv1D does; PEFT goes by the kind of module where that says otherwise. */
  readonly fanInFanOut: boolean;
  rankOf(module: string): number;
  /** What `B A` is multiplied with: alpha / r, or alpha / sqrt(r). */
  scaleOf(module: string): number;
}

function refuse(path: string, what: string): VocabScopeError {
  return new VocabScopeError('unsupportedFormat', `${path} ${what}`);
}

function positive(path: string, config: ConfigEntries, key: string, fallback: number): number {
  const value = config.get(key) ?? fallback;
  if (typeof value !== 'number' || !(value > 0) || !Number.isFinite(value)) {
    throw refuse(path, `says ${key} ${JSON.stringify(value)}, and a number above 0 is needed.`);
  }
  return value;
}

function numberedPattern(
  path: string,
  key: string,
  pattern: string,
  value: unknown,
): ModulePattern {
  if (typeof value !== 'number' || !(value > 0) || !Number.isFinite(value)) {
    throw refuse(
      path,
      `says ${key} ${JSON.stringify(value)} for ${quote(pattern)}, which is no number above 0.`,
    );
  }
  const matches = modulePattern(pattern);
  if (matches === undefined) {
    throw refuse(
      path,
      `names modules under ${key} by ${quote(pattern)}, a pattern that this version does not read. ${MERGE}`,
    );
  }
  return { matches, value };
}

function patternsOf(path: string, config: ConfigEntries, key: string): readonly ModulePattern[] {
  const stored = config.get(key) ?? {};
  if (typeof stored !== 'object' || Array.isArray(stored)) {
    throw refuse(path, `has a ${key} that is no object.`);
  }
  return Object.entries(stored).map(([pattern, value]) =>
    numberedPattern(path, key, pattern, value),
  );
}

function requireLora(path: string, config: ConfigEntries): void {
  const type = config.get('peft_type') ?? 'LORA';
  if (type !== 'LORA') {
    throw refuse(
      path,
      `is of an adapter of type ${quote(typeof type === 'string' ? type : '?')}; this version reads LoRA. ${MERGE}`,
    );
  }
  if (config.get('use_dora') === true) {
    throw refuse(
      path,
      `is of a DoRA adapter, whose changes are no product of two factors. ${MERGE}`,
    );
  }
  requireWholeChange(path, config);
}

/** Refuses what changes the model by more than the factors say. */
function requireWholeChange(path: string, config: ConfigEntries): void {
  const start = config.get('init_lora_weights');
  if (typeof start === 'string' && CHANGED_BASE.test(start)) {
    throw refuse(
      path,
      `says init_lora_weights ${quote(start)}, which changed the base model before its training: the factors alone do not say what changed. ${MERGE}`,
    );
  }
  for (const [key, what] of [
    ['layer_replication', 'the base model’s layers are repeated before it changes them'],
    ['trainable_token_indices', 'rows of single tokens are replaced besides the factors'],
  ] as const) {
    const value = config.get(key) ?? null;
    if (value !== null) {
      throw refuse(path, `has a ${key}: ${what}, which this version does not read. ${MERGE}`);
    }
  }
}

/** Reads an adapter_config.json. @throws VocabScopeError `unsupportedFormat`, `invalidConfig` */
export async function readAdapterConfig(folder: string): Promise<AdapterConfig> {
  const path = join(folder, ADAPTER_CONFIG);
  const config = await readConfig(path);
  requireLora(path, config);
  const rank = positive(path, config, 'r', 8);
  const alpha = positive(path, config, 'lora_alpha', 8);
  const [ranks, alphas] = ['rank_pattern', 'alpha_pattern'].map((key) =>
    patternsOf(path, config, key),
  );
  const valueOf = (
    patterns: readonly ModulePattern[] | undefined,
    module: string,
    fallback: number,
  ): number => patterns?.find(({ matches }) => matches(module))?.value ?? fallback;
  const rankOf = (module: string): number => valueOf(ranks, module, rank);
  if (!Number.isSafeInteger(rank) || rank > MAX_RANK) {
    throw refuse(path, `says r ${String(rank)}, and a whole number up to ${MAX_RANK} is needed.`);
  }
  const base = config.get('base_model_name_or_path');
  return {
    base: typeof base === 'string' && base !== '' ? base : undefined,
    fanInFanOut: config.get('fan_in_fan_out') === true,
    rankOf,
    scaleOf: (module) => {
      const own = rankOf(module);
      const divisor = config.get('use_rslora') === true ? Math.sqrt(own) : own;
      return valueOf(alphas, module, alpha) / divisor;
    },
  };
}
