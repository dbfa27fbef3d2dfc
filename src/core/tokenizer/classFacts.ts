import { isRecord, type JsonRecord } from './fileText';
import type { AddedToken } from './pieceTable';
import type { TokenizerFiles } from './files';

/**
 * What a tokenizer class of the field's own library does beyond its SentencePiece model, and no file says:
 * ids moved to make room for other models' control tokens, and tokens added at the end.
 */
interface ClassFacts {
  /** `tokenizer_class` of tokenizer_config.json, without `Fast`. */
  readonly classes: readonly string[];
  /** `model_type` of config.json, where the class is not named. */
  readonly modelTypes: readonly string[];
  /** Tokens at ids 0, 1, ... whatever the model file has there. */
  readonly first?: readonly string[];
  /** Added to every id of the model file. */
  readonly shift?: number;
  /** Tokens after the last piece, unless the model file has them. */
  readonly last?: readonly string[];
  /** How many `<extra_id_N>` follow the last piece, the highest N first, where the config does not say it. */
  readonly extraIds?: number;
}

const FACTS: readonly ClassFacts[] = [
  {
    classes: ['T5Tokenizer', 'MT5Tokenizer'],
    modelTypes: ['t5', 'mt5', 'umt5', 'longt5', 'switch_transformers'],
    extraIds: 100,
  },
  {
    classes: ['XLMRobertaTokenizer'],
    modelTypes: ['xlm-roberta', 'xlm-roberta-xl'],
    first: ['<s>', '<pad>', '</s>', '<unk>'],
    shift: 1,
    last: ['<mask>'],
  },
  {
    classes: ['XGLMTokenizer'],
    modelTypes: ['xglm'],
    first: ['<s>', '<pad>', '</s>', '<unk>'],
    shift: 1,
    last: Array.from({ length: 7 }, (_, n) => `<madeupword${n}>`),
  },
  {
    classes: ['CamembertTokenizer'],
    modelTypes: ['camembert'],
    first: ['<s>NOTUSED', '<pad>', '</s>NOTUSED', '<unk>', '<unk>NOTUSED'],
    shift: 4,
    last: ['<mask>'],
  },
  { classes: ['DebertaV2Tokenizer'], modelTypes: ['deberta-v2'], last: ['[MASK]'] },
];

/** More `<extra_id_N>` than this are a mistake. */
const MAX_EXTRA_IDS = 10_000;

function factsOf(config: JsonRecord, modelType: string | undefined): ClassFacts | undefined {
  const named = config['tokenizer_class'];
  if (typeof named === 'string') {
    const slow = named.replace(/Fast$/u, '');
    return FACTS.find(({ classes }) => classes.includes(slow));
  }
  return FACTS.find(({ modelTypes }) => modelTypes.includes(modelType ?? ''));
}

function extraIdsOf(facts: ClassFacts, config: JsonRecord): number {
  const { extraIds = 0 } = facts;
  const said = config['extra_ids'];
  return extraIds > 0 && Number.isInteger(said)
    ? Math.min(Math.max(Number(said), 0), MAX_EXTRA_IDS)
    : extraIds;
}

/** How the ids of a SentencePiece model become those of the tokenizer. */
export interface IdLayout {
  /** Added to every id of the model file. */
  readonly shift: number;
  /** Tokens that stand at their id whatever the model file has there. */
  readonly first: readonly AddedToken[];
  /** Tokens that follow `count` pieces; each gives way where its text or its id is already taken. */
  readonly last: (count: number) => readonly AddedToken[];
}

function numbered(contents: readonly string[], start: number): readonly AddedToken[] {
  return contents.map((content, index) => ({ id: start + index, content, special: true }));
}

/** The layout of a tokenizer by its class, else by its model's type; most leave all ids as they are. */
export function idLayout(
  config: JsonRecord | undefined,
  modelType: TokenizerFiles['modelType'],
): IdLayout {
  const said = isRecord(config) ? config : {};
  const facts = factsOf(said, modelType) ?? { classes: [], modelTypes: [] };
  const { first = [], shift = 0, last = [] } = facts;
  const extraIds = extraIdsOf(facts, said);
  return {
    shift,
    first: numbered(first, 0),
    last: (count) => [
      ...numbered(last, count + shift),
      ...numbered(
        Array.from({ length: extraIds }, (_, index) => `<extra_id_${extraIds - 1 - index}>`),
        count + shift,
      ),
    ],
  };
}
