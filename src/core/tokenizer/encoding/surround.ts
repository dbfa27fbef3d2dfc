/** Which special tokens stand around a text. */
import type { TokenizerRole } from '../files';
import { isRecord, type JsonRecord } from '../fileText';
import { flag, namedToken, type TokenizerSettings } from './settings';

/** Texts of special tokens before and after a text. */
export interface Surrounding {
  readonly before: readonly string[];
  readonly after: readonly string[];
}

const NOTHING: Surrounding = { before: [], after: [] };

/** What a class of the field's library puts around texts: keys of special tokens, and the token where no file names one. */
interface ClassRule {
  readonly classes: readonly string[];
  readonly modelTypes: readonly string[];
  readonly before?: readonly [key: string, usual: string];
  readonly after?: readonly [key: string, usual: string];
}

/** Classes that do so unless the file itself says what stands around a text. */
const RULES: readonly ClassRule[] = [
  {
    classes: [
      ...['BertTokenizer', 'DistilBertTokenizer', 'ElectraTokenizer', 'AlbertTokenizer'],
      ...['DebertaTokenizer', 'DebertaV2Tokenizer', 'MobileBertTokenizer'],
    ],
    modelTypes: ['bert', 'distilbert', 'electra', 'albert', 'deberta', 'deberta-v2', 'mobilebert'],
    before: ['cls_token', '[CLS]'],
    after: ['sep_token', '[SEP]'],
  },
  {
    classes: [
      ...['RobertaTokenizer', 'XLMRobertaTokenizer', 'CamembertTokenizer', 'BartTokenizer'],
      ...['MPNetTokenizer', 'LongformerTokenizer'],
    ],
    modelTypes: ['roberta', 'xlm-roberta', 'camembert', 'bart', 'mpnet', 'longformer'],
    before: ['cls_token', '<s>'],
    after: ['sep_token', '</s>'],
  },
  {
    classes: ['T5Tokenizer', 'MT5Tokenizer'],
    modelTypes: ['t5', 'mt5', 'umt5', 'longt5'],
    after: ['eos_token', '</s>'],
  },
];

/**
 * Classes that put the first token before every text unless `add_bos_token` is false. The reference is transformers 5, in
 * which they go by what a tokenizer.json says, whatever the switches are; one that transformers 4 wrote says what its
 * switches did. Where it says nothing, switches that are set are meant for transformers 4, as 5 never writes them.
 */
const BEGINNING: readonly string[] = ['LlamaTokenizer', 'CodeLlamaTokenizer', 'GemmaTokenizer'];

/** The one of them that transformers 5 builds with the first token, whatever its tokenizer.json and its switches say. */
const ALWAYS_BEGINNING = 'CodeLlamaTokenizer';

function ruled(settings: TokenizerSettings): Surrounding {
  const { className, modelType } = settings;
  const rule = RULES.find(({ classes, modelTypes }) =>
    className === undefined ? modelTypes.includes(modelType ?? '') : classes.includes(className),
  );
  const tokens = (entry: ClassRule['before']): readonly string[] =>
    entry === undefined ? [] : [namedToken(settings, entry[0]) ?? entry[1]];
  return { before: tokens(rule?.before), after: tokens(rule?.after) };
}

function firstToken(settings: TokenizerSettings): string {
  return namedToken(settings, 'bos_token') ?? '<s>';
}

/** `add_bos_token` and `add_eos_token`. */
function flagged(settings: TokenizerSettings, beginsUnsaid: boolean): Surrounding {
  const begins = flag(settings, 'add_bos_token') ?? beginsUnsaid;
  const ends = flag(settings, 'add_eos_token') ?? false;
  return {
    before: begins ? [firstToken(settings)] : [],
    after: ends ? [namedToken(settings, 'eos_token') ?? '</s>'] : [],
  };
}

function textOf(pair: unknown): readonly string[] {
  const text: unknown = Array.isArray(pair) ? pair[0] : undefined;
  return typeof text === 'string' ? [text] : [];
}

/** The special tokens of a template such as `[CLS] $A [SEP]`. */
function ofTemplate(single: readonly unknown[]): Surrounding {
  const before: string[] = [];
  const after: string[] = [];
  let passed = false;
  for (const item of single) {
    const special = isRecord(item) ? item['SpecialToken'] : undefined;
    const id = isRecord(special) ? special['id'] : undefined;
    if (typeof id === 'string') {
      (passed ? after : before).push(id);
    } else {
      passed = true;
    }
  }
  return { before, after };
}

/** What a tokenizer.json's post-processor puts around a text; undefined where it has none that does. */
function stated(step: JsonRecord | null): Surrounding | undefined {
  const type = step?.['type'];
  if (type === 'Sequence' && Array.isArray(step?.['processors'])) {
    return step['processors']
      .map((inner: unknown) => stated(isRecord(inner) ? inner : null))
      .find((found) => found !== undefined);
  }
  if (type === 'TemplateProcessing' && Array.isArray(step?.['single'])) {
    return ofTemplate(step['single']);
  }
  return type === 'BertProcessing' || type === 'RobertaProcessing'
    ? { before: textOf(step?.['cls']), after: textOf(step?.['sep']) }
    : undefined;
}

/** The special tokens around a text, by the file's post-processor, the tokenizer's class or the model's type. */
export function surroundingTokens(
  role: TokenizerRole,
  postProcessor: JsonRecord | null,
  settings: TokenizerSettings,
): Surrounding {
  const { className = '' } = settings;
  const isBeginning = BEGINNING.includes(className);
  if (isBeginning && role !== 'tokenizerJson') {
    return flagged(settings, true);
  }
  if (className === ALWAYS_BEGINNING) {
    return { before: [firstToken(settings)], after: [] };
  }
  const said = stated(postProcessor);
  if (said !== undefined) {
    return said;
  }
  const byClass = ruled(settings);
  if (byClass.before.length + byClass.after.length > 0) {
    return byClass;
  }
  const [begins, ends] = [flag(settings, 'add_bos_token'), flag(settings, 'add_eos_token')];
  const isSwitched = begins === true || (isBeginning && (begins ?? ends) !== undefined);
  return isSwitched ? flagged(settings, isBeginning) : NOTHING;
}
