/** Reading config.json: the sizes of a model, checked, with transformers' defaults where a key is absent. */
import { VocabScopeError } from '../errors';
import type {
  ArchitectureAdapter,
  DerivedSizeKey,
  SizeKey,
  SizeName,
  SizeRule,
  Sizes,
} from './adapter';

/** The parsed config.json, as an object or as a Map. */
export type ModelConfig = Readonly<Record<string, unknown>> | ReadonlyMap<string, unknown>;
export type ConfigEntries = ReadonlyMap<string, unknown>;

/** What every refusal of a config ends with. */
export const CHOOSE_CONFIG =
  'choose another config.json (--config PATH, or "Choose config…" in the panel)';

const MAX_QUOTED_CHARACTERS = 60;

const NOUNS: Readonly<Record<SizeName, string>> = {
  nLayers: 'layers',
  nHeads: 'attention heads',
  nKvHeads: 'key and value heads',
  dModel: 'dimensions of the hidden state (d_model)',
  dHead: 'dimensions of an attention head',
  dFf: 'neurons of a feed-forward layer',
};

/** A stranger's value, short enough for a sentence. */
export function quoted(value: unknown): string {
  const isScalar = value === null || ['string', 'number', 'boolean'].includes(typeof value);
  const text = isScalar ? JSON.stringify(value) : Array.isArray(value) ? 'a list' : 'an object';
  return text.length > MAX_QUOTED_CHARACTERS ? `${text.slice(0, MAX_QUOTED_CHARACTERS)}…` : text;
}

function isMap(config: ModelConfig): config is ReadonlyMap<string, unknown> {
  return config instanceof Map;
}

/** Own keys alone: `__proto__` and `constructor` are keys like any other. */
export function configEntries(config: ModelConfig): ConfigEntries {
  return isMap(config) ? config : new Map(Object.entries(config));
}

/** The config's `model_type`, where it is a text. */
export function modelTypeOf(config: ConfigEntries): string | undefined {
  const modelType = config.get('model_type');
  return typeof modelType === 'string' && modelType !== '' ? modelType : undefined;
}

function invalid(sentence: string): VocabScopeError {
  return new VocabScopeError('invalidConfig', `${sentence} Correct it, or ${CHOOSE_CONFIG}.`);
}

/** A size and where it comes from, as sentences name it. */
interface ReadSize {
  readonly value: number;
  readonly origin: string;
}

/** What the config itself says: undefined where no key is present, null where null is said and allowed. */
function statedSize(
  name: SizeName,
  keys: SizeKey['keys'],
  config: ConfigEntries,
  nullAllowed: boolean,
): ReadSize | null | undefined {
  const key = keys.find((candidate) => config.has(candidate));
  if (key === undefined) {
    return undefined;
  }
  const value = config.get(key);
  if (value === null && nullAllowed) {
    return null;
  }
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 1) {
    throw invalid(
      `config.json says ${key} ${quoted(value)}, but the number of ${NOUNS[name]} must be a whole number from 1.`,
    );
  }
  return { value, origin: `${key} ${value}` };
}

function defaultSize(value: number, keys: SizeKey['keys']): ReadSize {
  return { value, origin: `transformers' default ${value}, as config.json has no ${keys[0]}` };
}

function readSize(name: SizeName, { keys, absent }: SizeKey, config: ConfigEntries): ReadSize {
  return statedSize(name, keys, config, false) ?? defaultSize(absent, keys);
}

/** Sizes that rules refer to. */
interface BaseSizes {
  readonly dModel: ReadSize;
  readonly nHeads: ReadSize;
}

function applyRule(rule: SizeRule, { dModel, nHeads }: BaseSizes): ReadSize {
  switch (rule) {
    case 'n_heads':
      return nHeads;
    case '4 d_model':
      return { value: 4 * dModel.value, origin: `four times ${dModel.origin}` };
    case 'd_model / n_heads':
      if (dModel.value % nHeads.value !== 0) {
        throw invalid(
          `The number of attention heads (${nHeads.origin}) does not divide d_model (${dModel.origin}).`,
        );
      }
      return { value: dModel.value / nHeads.value, origin: 'd_model / n_heads' };
  }
}

function readDerivedSize(
  name: SizeName,
  key: DerivedSizeKey | undefined,
  ruleWithoutKey: SizeRule,
  config: ConfigEntries,
  base: BaseSizes,
): ReadSize {
  if (key === undefined) {
    return applyRule(ruleWithoutKey, base);
  }
  const stated = statedSize(name, key.keys, config, key.null !== undefined);
  if (stated === null) {
    return applyRule(key.null ?? ruleWithoutKey, base);
  }
  if (stated !== undefined) {
    return stated;
  }
  return typeof key.absent === 'number'
    ? defaultSize(key.absent, key.keys)
    : applyRule(key.absent, base);
}

/** The sizes of a model, and how sentences explain them: `n_head 12`, `transformers' default 12, …`. */
export interface ConfigSizes {
  readonly sizes: Sizes;
  readonly origins: Readonly<Record<SizeName, string>>;
}

/**
 * @throws VocabScopeError `invalidConfig` where a size is no whole number from 1, where heads do not divide
 * d_model and no head width is given, or where key heads do not divide heads.
 */
export function readSizes(adapter: ArchitectureAdapter, config: ConfigEntries): ConfigSizes {
  const keys = adapter.sizes;
  const nLayers = readSize('nLayers', keys.nLayers, config);
  const nHeads = readSize('nHeads', keys.nHeads, config);
  const dModel = readSize('dModel', keys.dModel, config);
  const base = { dModel, nHeads };
  const nKvHeads = readDerivedSize('nKvHeads', keys.nKvHeads, 'n_heads', config, base);
  const dHead = readDerivedSize('dHead', keys.dHead, 'd_model / n_heads', config, base);
  const dFf = readDerivedSize('dFf', keys.dFf, '4 d_model', config, base);
  if (nHeads.value % nKvHeads.value !== 0) {
    throw invalid(
      `The number of key and value heads (${nKvHeads.origin}) does not divide the number of attention heads (${nHeads.origin}).`,
    );
  }
  return {
    sizes: {
      nLayers: nLayers.value,
      nHeads: nHeads.value,
      nKvHeads: nKvHeads.value,
      dModel: dModel.value,
      dHead: dHead.value,
      dFf: dFf.value,
    },
    origins: {
      nLayers: nLayers.origin,
      nHeads: nHeads.origin,
      nKvHeads: nKvHeads.origin,
      dModel: dModel.origin,
      dHead: dHead.origin,
      dFf: dFf.origin,
    },
  };
}

/**
 * A token's id by config.json, else transformers' default; -1 where it says that there is none.
 * @throws VocabScopeError `invalidConfig` where it is no id
 */
export function readTokenId({ keys, absent }: SizeKey, config: ConfigEntries): number {
  const key = keys.find((candidate) => (config.get(candidate) ?? null) !== null);
  const id = key === undefined ? absent : config.get(key);
  if (typeof id !== 'number' || !Number.isSafeInteger(id) || id < -1) {
    throw invalid(`config.json says ${key ?? ''} ${quoted(id)}, which is no id of a token.`);
  }
  return id;
}

/** `tie_word_embeddings`, else transformers' default. @throws VocabScopeError `invalidConfig` where it is no boolean. */
export function readTied(adapter: ArchitectureAdapter, config: ConfigEntries): boolean {
  const tied = config.get('tie_word_embeddings') ?? adapter.tiedByDefault;
  if (typeof tied !== 'boolean') {
    throw invalid(
      `config.json says tie_word_embeddings ${quoted(tied)}, which is neither true nor false.`,
    );
  }
  return tied;
}

/**
 * Labels of a classifier's rows: the texts of `id2label`, else the index. A text that several rows share names
 * none of them, so these keep their index (with `#` before it where that is another row's text): every label
 * means one row.
 */
export function classifierLabels(config: ConfigEntries, rows: number): readonly string[] {
  const stored = config.get('id2label');
  const texts: ReadonlyMap<string, unknown> =
    typeof stored === 'object' && stored !== null
      ? configEntries(stored as ModelConfig)
      : new Map();
  const uses = new Map<string, number>();
  for (let row = 0; row < rows; row++) {
    const text = texts.get(String(row));
    if (typeof text === 'string') {
      uses.set(text, (uses.get(text) ?? 0) + 1);
    }
  }
  return Array.from({ length: rows }, (_, row) => {
    const text = texts.get(String(row));
    if (typeof text === 'string' && uses.get(text) === 1) {
      return text;
    }
    let label = String(row);
    while (uses.has(label)) {
      label = `#${label}`;
    }
    return label;
  });
}
