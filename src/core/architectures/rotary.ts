/** How a model's config says that positions rotate queries and keys (Su et al., "RoFormer", 2021). */
import type { RotaryPositions } from '../model/transformer';
import type { RotaryLayout } from './adapter';
import { configEntries, quoted, type ConfigEntries, type ModelConfig } from './config';

/** The rotation, or the sentence that says why it cannot be told. */
export type ReadRotary = { readonly rotary: RotaryPositions } | { readonly rotaryProblem: string };

/** A number that the config should hold and does not. */
class UnreadableRotation extends Error {}

/**
 * Where rotation is described: transformers 5 keeps all of it in one object, older files spread it over the config. Where
 * both objects stand, transformers takes the older one.
 */
const PARAMETERS_KEYS = ['rope_scaling', 'rope_parameters'];
const TYPE_KEYS = ['rope_type', 'type'];

function nested(config: ConfigEntries, key: string): ConfigEntries {
  const value = config.get(key);
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? configEntries(value as ModelConfig)
    : new Map();
}

/** What describes the rotation beside the config itself. */
function parametersOf(config: ConfigEntries): ConfigEntries {
  const found = PARAMETERS_KEYS.map((key) => nested(config, key)).find(({ size }) => size > 0);
  const parameters = found ?? new Map<string, unknown>();
  for (const [key, value] of parameters) {
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      throw new UnreadableRotation(`it is described apart for ${quoted(key)}`);
    }
  }
  return parameters;
}

function positive(value: unknown, key: string): number {
  if (typeof value !== 'number' || !(value > 0) || !Number.isFinite(value)) {
    throw new UnreadableRotation(`${key} is ${quoted(value)}, which is no positive number`);
  }
  return value;
}

/** The first of some keys in the first of some objects that has one. */
function numberOf(
  places: readonly ConfigEntries[],
  keys: readonly string[],
  absent: number | undefined,
): number {
  for (const place of places) {
    for (const key of keys) {
      const value = place.get(key);
      if (value !== undefined && value !== null) {
        return positive(value, key);
      }
    }
  }
  if (absent === undefined) {
    throw new UnreadableRotation(`${keys[0] ?? ''} is missing`);
  }
  return absent;
}

interface Scaling {
  readonly scaling: ConfigEntries;
  readonly config: ConfigEntries;
  readonly base: number;
  readonly width: number;
}

type Rescale = (frequencies: Float64Array, scaling: Scaling) => Float64Array;

/** How each kind of scaling changes frequencies `[width / 2]`; the names are those of transformers' `rope_type`. */
const SCALINGS: ReadonlyMap<string, Rescale> = new Map<string, Rescale>([
  ['default', (frequencies) => frequencies],
  // It changes frequencies only beyond the trained context.
  ['dynamic', (frequencies) => frequencies],
  ['linear', linear],
  ['llama3', llama3],
  ['yarn', yarn],
]);

/** Positions that the model was first trained on. */
function trainedContext(scaling: ConfigEntries, config: ConfigEntries): number {
  const longest = config.get('max_position_embeddings') ?? undefined;
  return numberOf(
    [config, scaling],
    ['original_max_position_embeddings'],
    longest === undefined ? undefined : positive(longest, 'max_position_embeddings'),
  );
}

function linear(frequencies: Float64Array, { scaling }: Scaling): Float64Array {
  const factor = numberOf([scaling], ['factor'], undefined);
  return frequencies.map((frequency) => frequency / factor);
}

/** Llama 3.1: low frequencies are divided, high ones kept, those between blended. */
function llama3(frequencies: Float64Array, { scaling, config }: Scaling): Float64Array {
  const factor = numberOf([scaling], ['factor'], undefined);
  const low = numberOf([scaling], ['low_freq_factor'], undefined);
  const high = numberOf([scaling], ['high_freq_factor'], undefined);
  const context = trainedContext(scaling, config);
  return frequencies.map((frequency) => {
    const turns = (context * frequency) / (2 * Math.PI);
    const kept = Math.min(1, Math.max(0, (turns - low) / (high - low)));
    return (1 - kept) * (frequency / factor) + kept * frequency;
  });
}

/** How many times longer than the trained context a model may read. */
function stretch(scaling: ConfigEntries, config: ConfigEntries): number {
  const given = scaling.get('factor') ?? undefined;
  if (given !== undefined) {
    return positive(given, 'factor');
  }
  const longest = numberOf([config], ['max_position_embeddings'], undefined);
  return longest / trainedContext(scaling, config);
}

/** YaRN (Peng et al., 2023): dimensions that turn often keep their frequency, those that turn less than once are divided. */
function yarn(frequencies: Float64Array, { scaling, config, base, width }: Scaling): Float64Array {
  const context = trainedContext(scaling, config);
  const factor = stretch(scaling, config);
  const dimensionOf = (turns: number): number =>
    (width * Math.log(context / (turns * 2 * Math.PI))) / (2 * Math.log(base));
  const exact = scaling.get('truncate') === false;
  const fast = dimensionOf(numberOf([scaling], ['beta_fast'], 32));
  const slow = dimensionOf(numberOf([scaling], ['beta_slow'], 1));
  const from = Math.max(0, exact ? fast : Math.floor(fast));
  const to = Math.min(width - 1, exact ? slow : Math.ceil(slow));
  const span = to === from ? 0.001 : to - from;
  return frequencies.map((frequency, j) => {
    const divided = Math.min(1, Math.max(0, (j - from) / span));
    return divided * (frequency / factor) + (1 - divided) * frequency;
  });
}

function readFrequencies(
  layout: RotaryLayout,
  config: ConfigEntries,
  dHead: number,
): RotaryPositions {
  const scaling = parametersOf(config);
  const places = [scaling, config];
  const base = numberOf(places, layout.base.keys, layout.base.absent);
  const share =
    layout.share === undefined ? 1 : numberOf(places, layout.share.keys, layout.share.absent);
  const width = Math.trunc(dHead * share);
  // Dimensions turn in pairs, so an odd width turns one more; its frequencies remain those of the odd width.
  const pairs = Math.ceil(width / 2);
  if (pairs < 1 || 2 * pairs > dHead) {
    throw new UnreadableRotation(`${String(width)} of ${String(dHead)} dimensions would turn`);
  }
  const type = TYPE_KEYS.map((key) => scaling.get(key)).find((value) => value !== undefined);
  const rescale = SCALINGS.get(typeof type === 'string' ? type : 'default');
  if (rescale === undefined) {
    throw new UnreadableRotation(`its scaling ${quoted(type)} is not known`);
  }
  const plain = Float64Array.from({ length: pairs }, (_, j) => base ** ((-2 * j) / width));
  const frequencies = [...rescale(plain, { scaling, config, base, width })];
  const amplitude = type === 'yarn' ? yarnAmplitude(scaling, config) : 1;
  // Numbers that are each possible may lie so far apart, or so close to a limit, that what is made of them is not.
  if (![...frequencies, amplitude].every(Number.isFinite)) {
    throw new UnreadableRotation(
      `by its base of ${String(base)} and its scaling ${quoted(type)} positions turn by no finite angle`,
    );
  }
  return { pairing: layout.pairing, width: 2 * pairs, frequencies, amplitude };
}

/** YaRN turns queries and keys larger the further a context was stretched: 1 + 0.1 ln(factor) unless the config says otherwise. */
function yarnAmplitude(scaling: ConfigEntries, config: ConfigEntries): number {
  const factor = stretch(scaling, config);
  const grown = (share: number): number => (factor <= 1 ? 1 : 0.1 * share * Math.log(factor) + 1);
  const [over, under] = ['mscale', 'mscale_all_dim'].map((key) => scaling.get(key));
  const unsaid =
    typeof over === 'number' && typeof under === 'number' && over !== 0 && under !== 0
      ? grown(over) / grown(under)
      : grown(1);
  return numberOf([scaling], ['attention_factor'], unsaid);
}

/** The rotation that config.json describes: base, scaling and partial width, with the family's defaults. */
export function readRotary(
  layout: RotaryLayout | undefined,
  config: ConfigEntries,
  dHead: number,
): ReadRotary {
  try {
    if (layout === undefined) {
      throw new UnreadableRotation('this family is not described');
    }
    return { rotary: readFrequencies(layout, config, dHead) };
  } catch (error) {
    if (!(error instanceof UnreadableRotation)) {
      throw error;
    }
    return {
      rotaryProblem:
        `How this model rotates positions cannot be told (${error.message}), so heads are read only at a ` +
        'distance of 0: leave --delta out, or correct config.json.',
    };
  }
}
