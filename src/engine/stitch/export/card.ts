/** What lies beside an exported model for people: its card, and a script that runs it. */
import type { StitchAccuracy } from '../../../protocol/stitch';
import type { MeasuredModel, StitchedDescription, StitchedRecipe } from './description';

const PERCENT = 100;

function percent(value: number): string {
  return `${(value * PERCENT).toFixed(1)} %`;
}

function measuredRow(name: string, { accuracy, low, high }: StitchAccuracy): string {
  return `| ${name} | ${percent(accuracy)} | ${percent(low)} to ${percent(high)} |`;
}

function measuredSection(measured: MeasuredModel | null): readonly string[] {
  if (measured === null) {
    return ['It was not measured on labelled texts. Measure it before you rely on it.'];
  }
  const { file, texts, truncated, chance, source, stitched, head_alone: alone, control } = measured;
  return [
    `On ${texts.toLocaleString('en-US')} texts of \`${file}\` (${truncated.toLocaleString('en-US')} cut to the context):`,
    '',
    '| | accuracy | 95 % interval |',
    '|---|---|---|',
    measuredRow('this model', stitched),
    measuredRow('the classifier itself', source),
    `| always the commonest label (chance) | ${percent(chance)} | |`,
    ...(alone === null
      ? []
      : [measuredRow("the classifier's head alone, none of its blocks", alone)]),
    ...(control === null
      ? ['', 'The control, a shuffled vocabulary, was not measured.']
      : [measuredRow('control: the vocabulary shuffled', control)]),
    '',
    'If the same texts were used to choose the numbers of blocks, the accuracy on other texts is likely lower.',
  ];
}

function ridgeText(ridge: number): string {
  return ridge === 0 ? '0' : ridge.toExponential(1);
}

function kernelOf({
  kernel_tokens: tokens,
  exclude_undertrained: without,
  ridge,
  condition,
}: StitchedRecipe): string {
  return `T = E_B E_A^+ of ${tokens.toLocaleString('en-US')} tokens${without ? ' (under-trained ones left out)' : ''}, float64, ridge ${ridgeText(ridge)}, condition number ${condition.toExponential(2)}`;
}

/** The steps from states of the base to logits of tokens. */
function stepsOf(recipe: StitchedRecipe): readonly string[] {
  const { tuned, base, transplant, final_norm: finalNorm } = recipe;
  const end = `${finalNorm ? 'its final norm and ' : ''}its classifier head${finalNorm ? '' : ' without the final norm'}`;
  return recipe.translated
    ? [
        `3. The last ${transplant} blocks of ${tuned}, ${end} were rewritten into the space of ${base}: gains and shifts of norms folded into the weights behind them, then weights W that read a hidden state became T W, those that write one W T', their biases b T', with a plain norm before each. ${kernelOf(recipe)}; T' = E_A E_B^+ of the same tokens, ridge ${ridgeText(recipe.ridge_back ?? 0)}.`,
        '4. These blocks and the head run. No state is carried, and as norms do not commute with T, this is another model than the stitched one.',
      ]
    : [
        `3. Hidden states h are carried through the vocabulary into the space of ${tuned}: h T, with ${kernelOf(recipe)}.`,
        `4. The last ${transplant} blocks of ${tuned} run, then ${end}.`,
      ];
}

const ONNX_FILES = [
  '- `model.onnx`: `input_ids` int64 [texts, tokens] (texts of one length) to `logits` float32 [texts, labels].',
  '- `tokenizer.json`: special tokens around texts included.',
  '- `stitched.json`: labels, recipe and accuracies.',
  '- `run.mjs`: runs it in Node with `onnxruntime-node` and `@huggingface/tokenizers`.',
  '',
  'Or: `vocabscope classify . "a text"`. The licences of both models hold for it.',
];

function checkpointFiles({ base, pool, tuned }: StitchedRecipe): readonly string[] {
  return [
    `- \`model.safetensors\`, \`config.json\`: a checkpoint like ${base}, with more or fewer layers and a head (\`score.weight\`). What came from ${tuned} is float32; constants of its head are in the shift of the final norm.`,
    `- the tokenizer files of ${base}.`,
    `- \`train.json\`: how logits of tokens become those of a text (${pool})${pool === 'last' ? '; transformers does the same with one text at a time, as no token is padding' : ', which transformers does otherwise: take the logits of all tokens there'}.`,
    '- `stitched.json`: labels, recipe and accuracies.',
    '',
    'Read it with `vocabscope info .`, judge texts with `vocabscope classify . "a text"`. The licences of both models hold for it.',
  ];
}

/** The model card, as Markdown. */
export function modelCard({
  labels,
  max_tokens: maxTokens,
  recipe,
  measured,
}: StitchedDescription): string {
  const { tuned, base, keep, translated, checkpoint_problem: problem } = recipe;
  return [
    `# ${tuned} ${translated ? 'translated into' : 'stitched onto'} ${base}`,
    '',
    'A text classifier that was put together of two models without a step of training, by VocabScope, after "Analyzing',
    'Transformers in Embedding Space" (Dar, Geva, Gupta, Berant, ACL 2023).',
    '',
    '## How it was made',
    '',
    `1. Text is cut by the tokenizer of ${base}, to the first ${maxTokens} tokens at most.`,
    `2. Embeddings (positions included) and the first ${keep} blocks of ${base} run; its final norm does not.`,
    ...stepsOf(recipe),
    `5. Logits of the text: ${recipe.pool === 'mean' ? 'the mean of those of all tokens' : `those of the ${recipe.pool} token`} (said by ${recipe.pool_source}).`,
    '',
    `Labels: ${labels.join(', ')}.`,
    ...(problem === null ? [] : ['', problem]),
    '',
    '## How good it is',
    '',
    ...measuredSection(measured),
    '',
    "The method promises nothing: the paper's authors got more than 70 % in 3 of 11 stitched models.",
    '',
    '## Files',
    '',
    ...(translated && problem === null ? checkpointFiles(recipe) : ONNX_FILES),
    '',
  ].join('\n');
}

/** A script that runs the model by itself. */
export const RUN_SCRIPT = `// Runs this classifier:  npm install onnxruntime-node @huggingface/tokenizers && node run.mjs "a text" ...
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { Tokenizer } from '@huggingface/tokenizers';
import ort from 'onnxruntime-node';

const beside = (name) => fileURLToPath(new URL(name, import.meta.url));
const json = async (name) => JSON.parse(await readFile(beside(name), 'utf8'));

const { labels, max_tokens, before, after } = await json('stitched.json');
const tokenizer = new Tokenizer(await json('tokenizer.json'), {});
const session = await ort.InferenceSession.create(beside('model.onnx'));

for (const text of process.argv.slice(2)) {
  const cut = tokenizer.encode(text, { add_special_tokens: false }).ids;
  const ids = [...before, ...cut.slice(0, max_tokens - before.length - after.length), ...after];
  const input = new ort.Tensor('int64', BigInt64Array.from(ids, BigInt), [1, ids.length]);
  const { logits } = await session.run({ input_ids: input });
  const most = Math.max(...logits.data);
  const powers = Array.from(logits.data, (value) => Math.exp(value - most));
  const sum = powers.reduce((total, power) => total + power, 0);
  const probabilities = Object.fromEntries(labels.map((label, i) => [label, powers[i] / sum]));
  console.log(JSON.stringify({ text, label: labels[logits.data.indexOf(most)], probabilities }));
}
`;
