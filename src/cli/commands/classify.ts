import { VocabScopeError } from '../../core/errors';
import type { Classified } from '../../protocol/stitch';
import { decimal } from '../../protocol/written/numbers';
import type { CliCommand, CommandInput, CommandResult } from '../command';
import { tableLines, type Column } from '../table';

const PERCENT = 100;
const SHOWN_WORDS = 4;

function words({ words: all = [] }: Classified): string {
  return [...all]
    .sort((a, b) => Math.abs(b.change) - Math.abs(a.change))
    .slice(0, SHOWN_WORDS)
    .map(
      ({ word, change }) =>
        `${word} ${change < 0 ? '−' : '+'}${decimal(Math.abs(change) * PERCENT, 1)}`,
    )
    .join(', ');
}

function columns(labels: readonly string[], judged: boolean): readonly Column<Classified>[] {
  return [
    { title: 'Label', text: ({ label }) => label },
    ...labels.map((title, i): Column<Classified> => ({
      title,
      align: 'right',
      text: ({ probabilities }) => decimal(probabilities[i]?.probability ?? null, 3),
    })),
    { title: 'Text', text: ({ text }) => text, maxWidth: 60 },
    ...(judged ? [{ title: 'Words', text: words }] : []),
  ];
}

async function run({ positionals, values, engine, context }: CommandInput): Promise<CommandResult> {
  const [folder, ...texts] = positionals;
  if (folder === undefined || texts.length === 0) {
    throw new VocabScopeError(
      'usage',
      'classify takes the folder of a stitched model and at least one text: classify DIR "a text".',
    );
  }
  const judged = values['words'] === true;
  const { labels, rows } = await engine.classify({ folder, texts, words: judged }, context);
  return {
    json: {
      model: folder,
      options: { words: judged },
      labels,
      rows: rows.map(({ text, label, probabilities, truncated, words: changes }) => ({
        text,
        label,
        probabilities: Object.fromEntries(
          probabilities.map(({ label: name, probability }) => [name, probability]),
        ),
        ...(truncated ? { truncated: true } : {}),
        ...(changes === undefined ? {} : { words: changes }),
      })),
    },
    lines: () => tableLines(columns(labels, judged), rows),
  };
}

/** `vocabscope classify`: what an exported stitched model says of texts. */
export const classify: CliCommand = {
  name: 'classify',
  summary: 'what a stitched model, written by stitch --out, says of texts',
  usage: 'DIR TEXT... [--words]',
  description: `The probability of each label. With --words also by how much each word raises that of the label that
was chosen: what it loses when the word is left out.

  vocabscope classify ./stitched 'a wonderful film' 'what a waste of time' --words`,
  options: {
    words: { config: { type: 'boolean' }, help: 'how much each word matters, by leaving it out' },
  },
  run,
};
