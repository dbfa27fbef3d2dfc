import { VocabScopeError } from '../../core/errors';
import { displayText } from '../../core/tokenizer/display';
import type { TokenView } from '../../protocol/reading';
import type { CliCommand, CommandInput, CommandResult } from '../command';
import { modelJson } from '../modelJson';
import { MODEL_OPTIONS, openParams } from '../sharedOptions';
import { tableLines, type Column } from '../table';

const ALL_TOKENS = 100_000_000;

function bytesOf(token: TokenView): string | null {
  if (token.hex !== undefined) {
    return token.hex;
  }
  return token.text === null ? null : Buffer.from(token.text, 'utf8').toString('hex');
}

function marks(token: TokenView): string {
  return [
    token.special === true ? 'special' : '',
    token.padding === true ? 'padding' : '',
    token.undertrained === true ? 'under-trained' : '',
  ]
    .filter((mark) => mark !== '')
    .join(', ');
}

const COLUMNS: readonly Column<TokenView>[] = [
  { title: 'Id', align: 'right', text: (token) => String(token.id) },
  { title: 'Token', text: displayText, maxWidth: 40 },
  { title: 'Bytes', text: (token) => bytesOf(token) ?? '–', maxWidth: 40 },
  { title: 'Marks', text: marks },
];

function parseId(text: string): number {
  if (!/^\d+$/u.test(text)) {
    throw new VocabScopeError('unknownToken', `"${text}" is no token id; ids are whole numbers.`);
  }
  return Number(text);
}

async function run({ positionals, values, engine, context }: CommandInput): Promise<CommandResult> {
  const [path, ...ids] = positionals;
  if (path === undefined) {
    throw new VocabScopeError('usage', 'vocab takes a path, then ids if only some are wanted.');
  }
  const wanted = ids.map(parseId);
  const summary = await engine.open(openParams(path, values), context);
  const { model } = summary;
  const rows =
    wanted.length > 0
      ? await engine.tokens({ model, ids: wanted }, context)
      : (await engine.vocabulary({ model, start: 0, count: ALL_TOKENS }, context)).rows;
  return {
    json: {
      model: modelJson(summary),
      options: {},
      rows: rows.map((token) => ({
        id: token.id,
        token: token.text,
        bytes: bytesOf(token),
        special: token.special === true,
        padding: token.padding === true,
        undertrained: token.undertrained === true,
      })),
    },
    lines: () => tableLines(COLUMNS, rows),
  };
}

/** `vocabscope vocab`: tokens by id. */
export const vocab: CliCommand = {
  name: 'vocab',
  summary: 'tokens by id: exact text, bytes, and which are special, padding or under-trained',
  usage: 'PATH [ID...]',
  description: `Without ids, the whole vocabulary.

  vocabscope vocab ./gpt2 262 50256
  vocabscope vocab ./gpt2 --json`,
  options: MODEL_OPTIONS,
  run,
};
