import { VocabScopeError } from '../../core/errors';
import { DEFAULT_OPTIONS } from '../../core/projection/options';
import { displayText } from '../../core/tokenizer/display';
import type { RunLayer, RunResult } from '../../protocol/run';
import type { ScoredToken } from '../../protocol/reading';
import { optionsJson, scoredJson, tokenJson } from '../../protocol/written/json';
import { decimal } from '../../protocol/written/numbers';
import type { CliCommand, CliOptions, CliValues, CommandInput, CommandResult } from '../command';
import { modelJson } from '../modelJson';
import {
  MODEL_OPTIONS,
  openParams,
  READING_OPTIONS,
  readingOptions,
  text,
  wholeNumber,
} from '../sharedOptions';
import { tableLines, type Column } from '../table';

const SHOWN_TOKENS = 6;
const SHOWN_NEURONS = 3;
const DEFAULT_NEURONS = 5;
const MAX_NEURONS = 1000;
const LAST = -1;

/** A hidden state is read as it is, with W_U: space and fold have no part in it. */
function withoutRowOptions<T>(options: Readonly<Record<string, T>>): Record<string, T> {
  return Object.fromEntries(
    Object.entries(options).filter(([name]) => name !== 'space' && name !== 'fold'),
  );
}

const LENS_OPTIONS: CliOptions = withoutRowOptions(READING_OPTIONS);

function positionIn(values: CliValues): number {
  const given = text(values, 'position');
  if (given === undefined || given === 'last') {
    return LAST;
  }
  if (!/^-?\d{1,9}$/u.test(given)) {
    throw new VocabScopeError(
      'usage',
      `--position is "${given}"; give a whole number from 0, a negative one from the end, or last.`,
    );
  }
  return Number(given);
}

function words(tokens: readonly ScoredToken[], count: number): string {
  return tokens.slice(0, count).map(displayText).join(' ');
}

const COLUMNS: readonly Column<RunLayer>[] = [
  { title: 'After', text: ({ layer }) => (layer === null ? 'embedding' : `L${String(layer)}`) },
  { title: 'Says', text: ({ top }) => words(top, SHOWN_TOKENS), maxWidth: 60 },
  {
    title: 'Most active neurons',
    text: ({ neurons }) =>
      neurons
        .slice(0, SHOWN_NEURONS)
        .map(
          ({ component, activation, promotes }) =>
            `${component} ${decimal(activation, 2)} ${words(promotes, 2)}`,
        )
        .join(', '),
  },
];

function* describe({ tokens, cut, position, layers }: RunResult): Iterable<string> {
  const shown = tokens.map((token, index) =>
    index === position ? `[${displayText(token)}]` : displayText(token),
  );
  yield `${String(tokens.length)} tokens, read at position ${String(position)}: ${shown.join(' ')}`;
  if (cut > 0) {
    yield `${String(cut)} more tokens did not fit and were left out.`;
  }
  yield '';
  yield* tableLines(COLUMNS, layers);
}

async function run({ positionals, values, engine, context }: CommandInput): Promise<CommandResult> {
  const [path, ...more] = positionals;
  const given = text(values, 'text');
  if (path === undefined || more.length > 0 || given === undefined) {
    throw new VocabScopeError('usage', 'run takes a path and a text: run PATH --text TEXT.');
  }
  const options = await readingOptions(values);
  const position = positionIn(values);
  const neurons = wholeNumber(values, 'neurons', DEFAULT_NEURONS, MAX_NEURONS);
  const summary = await engine.open(openParams(path, values), context);
  const layers = values['layers'] === true ? 'all' : 'last';
  const result = await engine.run(
    { model: summary.model, text: given, options, layers, neurons, position },
    context,
  );
  return {
    json: {
      model: modelJson(summary),
      options: { text: given, neurons, ...withoutRowOptions(optionsJson(options)) },
      tokens: result.tokens.map(tokenJson),
      truncated: result.cut,
      position: result.position,
      layers: result.layers.map(({ layer, top, neurons: active }) => ({
        layer: layer ?? 'embedding',
        top: top.map(scoredJson),
        neurons: active.map(({ component, activation, promotes }) => ({
          component,
          activation,
          promotes: promotes.map(scoredJson),
        })),
      })),
    },
    lines: () => describe(result),
  };
}

/** `vocabscope run`: the logit lens and the neurons of one text. */
export const runCommand: CliCommand = {
  name: 'run',
  summary:
    'what a model makes of a text: the tokens it speaks for, and the neurons that are active',
  usage: 'PATH --text TEXT [--layers] [options]',
  description: `The text is cut by the model's own tokenizer, run in float32, and read at one token (the last,
or --position N). With --layers every layer is shown: the tokens that the hidden state after it speaks
for, through the final norm and W_U (the logit lens), and its most active neurons with what they then
write. Without it, only the last layer: what the model would say next.

  vocabscope run ./gpt2 --text 'The film was'
  vocabscope run ./gpt2 --text 'The film was' --layers --top 5 --json

Biases of the output and the last layers of masked models (BERT) are no part of it (${String(DEFAULT_OPTIONS.k)} tokens
are listed unless --top says otherwise).`,
  options: {
    text: { config: { type: 'string' }, value: 'TEXT', help: 'the text to run' },
    layers: { config: { type: 'boolean' }, help: 'every layer, and what stands before the first' },
    position: {
      config: { type: 'string' },
      value: 'N',
      help: 'the token that is read, from 0; negative: from the end (last)',
    },
    neurons: { config: { type: 'string' }, value: 'N', help: 'neurons for each layer (5)' },
    ...LENS_OPTIONS,
    ...MODEL_OPTIONS,
  },
  run,
};
