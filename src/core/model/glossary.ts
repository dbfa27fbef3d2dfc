/** What the words of the panel mean: one exact sentence or two, a formula where there is one, and its source. */
import type { GlossaryEntry } from './glossaryEntry';
import { ALIGNMENT_ENTRIES } from './glossaryOfAlignment';
import { CHANGE_ENTRIES } from './glossaryOfChanges';
import { STITCH_ENTRIES } from './glossaryOfStitching';
import { TRAINING_ENTRIES } from './glossaryOfTraining';

const EMBEDDING_SPACE =
  'Dar, Geva, Gupta and Berant, "Analyzing Transformers in Embedding Space", ACL 2023';
const KEY_VALUE_MEMORIES =
  'Geva, Schuster, Berant and Levy, "Transformer Feed-Forward Layers Are Key-Value Memories", EMNLP 2021';
const ALL_BUT_THE_TOP =
  'Mu and Viswanath, "All-but-the-Top: Simple and Effective Postprocessing for Word Representations", ICLR 2018';
const MAGIKARP =
  'Land and Bartolo, "Fishing for Magikarp: Automatically Detecting Under-trained Tokens in Large Language Models", EMNLP 2024';
const CIRCUITS =
  'Elhage et al., "A Mathematical Framework for Transformer Circuits", Transformer Circuits Thread 2021';

/** Entries by the id that views use. */
export const GLOSSARY = {
  score: {
    term: 'Score',
    definition:
      'What ranks the tokens: the dot product of the parameter row w with a row of the vocabulary matrix, or what the rank option makes of it. No input and no forward pass is involved.',
    formula: 'score(t) = w · W_E[t] in the input space, w · W_U[t] in the output space',
    source: EMBEDDING_SPACE,
  },
  dot: {
    term: 'Dot product',
    definition: 'The plain score of a token, shown beside a score that was ranked in another way.',
    formula: 'w · W_E[t] or w · W_U[t]',
    source: EMBEDDING_SPACE,
  },
  norm: {
    term: 'Norm',
    definition:
      'The Euclidean length of the parameter row as it is read: of the folded row where folding is on.',
    formula: '‖w‖ = √(Σ wᵢ²)',
  },
  tokenRank: {
    term: 'Rank in the row',
    definition:
      'The place of the token in the row’s list, 1 for the first: how many tokens that the filters leave the row scores higher.',
  },
  mean: {
    term: 'Mean',
    definition:
      'The mean of the row’s scores over the tokens that take part: those with a row and a token that are not marked under-trained.',
    formula: 'μ = (1/n) Σ score(t)',
  },
  std: {
    term: 'Standard deviation',
    definition:
      'How far the row’s scores lie from their mean, over the same tokens (population formula).',
    formula: 'σ = √((1/n) Σ (score(t) − μ)²)',
  },
  skewness: {
    term: 'Skewness',
    definition:
      'The lopsidedness of the row’s scores: positive where the long tail is on the top side, negative where it is on the bottom side.',
    formula: '(1/n) Σ ((score(t) − μ)/σ)³',
  },
  rawKurtosis: {
    term: 'Raw kurtosis',
    definition:
      'How heavy the tails of the row’s plain scores are; 0 for a normal distribution. Rows that merely follow token frequency win it, so rows are judged by the centred one.',
    formula: '(1/n) Σ ((score(t) − μ)/σ)⁴ − 3',
  },
  kurtosis: {
    term: 'Kurtosis',
    definition:
      'The excess kurtosis of the row’s scores without the common directions: large where a few tokens stand far out from all others.',
    formula:
      'excess kurtosis of (R − m)(I − V_r V_rᵀ) w, with R the counted rows, m their mean, V_r their first r = max(1, round(d/100)) principal directions',
    source: ALL_BUT_THE_TOP,
  },
  commonDirections: {
    term: 'Common directions',
    definition:
      'The mean of the vocabulary’s rows and their first principal directions, which follow token frequency rather than meaning.',
    formula: 'm and V_r, r = max(1, round(d/100))',
    source: ALL_BUT_THE_TOP,
  },
  withoutCommon: {
    term: 'Without common directions',
    definition: 'Tokens are ranked by the scores from which the common directions are removed.',
    formula: '(R − m)(I − V_r V_rᵀ) w',
    source: ALL_BUT_THE_TOP,
  },
  control: {
    term: 'Control',
    definition:
      '256 seeded random directions (isotropic Gaussian) read against the same matrix in the same way: what a row without meaning looks like. The scale of a row does not matter to kurtosis, so one control serves a whole matrix.',
  },
  z: {
    term: 'z',
    definition:
      'How readable a row is: the distance of its kurtosis from the mean of the control, in standard deviations of the control. Rows are ranked by it.',
    formula: 'z = (kurtosis − mean of the control) / std of the control',
  },
  standsOut: {
    term: 'Stands out',
    definition:
      'A row whose z is above 3. Below that its words are no more telling than those of a random direction, which ≈ says.',
    formula: 'z > 3',
  },
  speaks: {
    term: 'Side it speaks for',
    definition:
      'The side that is shown first: top where the scores without the common directions have positive skewness, else bottom.',
  },
  shape: {
    term: 'Shape',
    definition:
      'How the row’s scores spread over the tokens that take part: from −8 to 8 standard deviations of its own, heights as logarithms of counts on one scale for all rows. A row that speaks of few tokens has a lone tail.',
  },
  jaccard: {
    term: 'Jaccard',
    definition:
      'How much two rows speak of the same tokens: of the 100 tokens of largest |score| of each, those that both have over those that either has. Under-trained tokens are left out. The control pairs rows of the layer at random.',
    formula: '|A ∩ B| / |A ∪ B|',
    source: EMBEDDING_SPACE,
  },
  correlation: {
    term: 'ρ',
    definition:
      'How alike two rows read: the Pearson correlation of their scores over the tokens that take part, exact by the covariance K of these tokens’ rows. Random directions correlate too, since K favours some directions; that is the control. Without common directions, what all rows share of token frequency is left out.',
    formula: 'ρ(x, y) = xᵀ K y / √(xᵀ K x · yᵀ K y)',
  },
  layersBest: {
    term: 'Best',
    definition:
      'How alike two layers are: each row’s largest |ρ| with a row of the other layer, averaged over the rows of A and over those of B, then over both.',
    formula: '½ (mean over a of max over b of |ρ(a, b)| + mean over b of max over a of |ρ(a, b)|)',
  },
  layersMean: {
    term: 'Mean',
    definition:
      'How alike two layers are, as the paper has it: |ρ| averaged over all pairs of rows.',
    formula: 'mean over a, b of |ρ(a, b)|',
    source: EMBEDDING_SPACE,
  },
  embeddingAlignment: {
    term: 'Embedding',
    definition:
      'Rows compared by their scores against the tokens that both vocabularies have, whatever the widths of the two models: ρ is the Pearson correlation of these scores.',
    source: EMBEDDING_SPACE,
  },
  featureAlignment: {
    term: 'Feature',
    definition:
      'The paper’s baseline: rows compared number by number, as they are stored. Models that were trained apart have no coordinates in common, so nothing should match beyond chance.',
    source: EMBEDDING_SPACE,
  },
  shuffledAlignment: {
    term: 'Control',
    definition:
      'The embedding space again with the tokens of B in a random order: what is left of the correlations is chance.',
  },
  layersMatched: {
    term: 'Layers matched',
    definition:
      'The layers are paired one to one so that the sum of their likeness is largest (the Hungarian method); the paired cells are outlined. A pair of layers of equal number counts as matched; the offset is the mean distance of the two numbers.',
  },
  tokenMap: {
    term: 'Token map',
    definition:
      'The row’s tokens by the likeness of their own rows in the vocabulary matrix: the plane in which these differ most, with the share of their variance that lies along each axis. Tokens far apart in the plane differ; near ones may differ along what the plane leaves out.',
    formula: 'principal components of the listed tokens’ rows',
  },
  weights: {
    term: 'Raw weights',
    definition:
      'The numbers of the parameter row as they are stored, one for each dimension of the hidden state; never folded.',
  },
  space: {
    term: 'Space',
    definition:
      'The vocabulary matrix that a row is read with. Auto: rows that read the hidden state use the input embedding W_E, rows that write into it use the output embedding W_U. Where the model is tied, both are one matrix.',
    source: EMBEDDING_SPACE,
  },
  inputSpace: {
    term: 'Input space',
    definition: 'Reading with the input embedding W_E: which tokens the row responds to.',
    formula: 'w W_Eᵀ',
  },
  outputSpace: {
    term: 'Output space',
    definition: 'Reading with the output embedding W_U: which tokens the row promotes.',
    formula: 'w W_Uᵀ',
  },
  dModel: {
    term: 'd',
    definition:
      'The width of the hidden state, d_model: how many numbers every row has, whatever it belongs to.',
  },
  dVocab: {
    term: 'V',
    definition: 'The rows of the vocabulary matrix: how many tokens, padding included, are scored.',
  },
  tied: {
    term: 'Tied',
    definition:
      'The model uses one matrix as input and output embedding. The tie_word_embeddings of config.json decides, where absent the default of the model type.',
    formula: 'W_U = W_E',
  },
  fold: {
    term: 'Fold',
    definition:
      'None reads the weights as stored. Norms multiplies the gains of the norm that stands before a weight into it and, for LayerNorm, takes the row’s mean out; W_U takes the gains of the final norm. Rows of E, U, P and C stay as they are. Refused for post-norm models.',
    formula: 'reading rows: w ⊙ γ, then minus its mean (LayerNorm only)',
  },
  rank: {
    term: 'Rank',
    definition: 'What orders the tokens: dot, cosine, abs or specificity.',
  },
  rankDot: {
    term: 'Rank: dot',
    definition:
      'By the plain dot product, as in the paper. Tokens with long rows have an advantage.',
    formula: 'w · W[t]',
    source: EMBEDDING_SPACE,
  },
  rankCosine: {
    term: 'Rank: cosine',
    definition:
      'By the dot product divided by both norms. Tokens with short rows have an advantage.',
    formula: 'w · W[t] / (‖w‖ ‖W[t]‖)',
  },
  rankAbs: {
    term: 'Rank: abs',
    definition: 'By the size of the dot product whatever its sign: one list, with the signs kept.',
    formula: '|w · W[t]|',
  },
  rankSpecificity: {
    term: 'Rank: specificity',
    definition:
      'By the dot product divided by the mean size of the token’s scores over all rows of that kind in all layers: tokens that score high everywhere step back.',
    formula: 'w · W[t] / mean over rows w′ of |w′ · W[t]|',
  },
  k: {
    term: 'k',
    definition:
      'How many tokens each side of a row lists, and how many pairs a head. Numbers of rows do not depend on it: they count every token that takes part.',
  },
  filters: {
    term: 'Filters',
    definition:
      'Which tokens the lists leave out. They apply before the best are taken and never change statistics; every row says how many were left out.',
  },
  undertrained: {
    term: 'Under-trained token',
    definition:
      'A token whose row of W_U training never moved apart from the rows of ids that are known to be unused. Such rows are long, lie in one direction and would head most lists.',
    formula: 'cos(row − m, u − m) > 0.6, with m the mean row and u the mean of the unused rows',
    source: MAGIKARP,
  },
  padding: {
    term: 'Padding row',
    definition: 'A row of the embedding that has no token in the tokenizer.',
  },
  special: {
    term: 'Special token',
    definition:
      'A token that stands for no text: end of text, padding, mask and the like, as the tokenizer’s files say.',
  },
  nonFinite: {
    term: 'Not finite',
    definition:
      'Scores that are NaN or infinite because weights are. They take no part in the lists, and the row has no statistics.',
  },
  ffKey: {
    term: 'FF key',
    definition:
      'What a neuron of a feed-forward layer responds to: row i of W_gate if the MLP is gated, else of W_in. Read with W_E.',
    formula: 'FF(x) = f(x Kᵀ) V, key kᵢ = row i of K',
    source: KEY_VALUE_MEMORIES,
  },
  ffUp: {
    term: 'FF up row',
    definition:
      'The second key of a gated neuron: row i of W_in. It multiplies the gate, so its sign decides the sign of the neuron’s output. Read with W_E.',
    formula: 'neuron i: f(x · gateᵢ) (x · upᵢ)',
  },
  ffValue: {
    term: 'FF value',
    definition: 'What a neuron writes when it is active: row i of W_out. Read with W_U.',
    formula: 'FF(x) = f(x Kᵀ) V, value vᵢ = row i of V',
    source: KEY_VALUE_MEMORIES,
  },
  subheadReading: {
    term: 'Rows of Q, K and V',
    definition:
      'Column j of a head’s W_Q, W_K or W_V: one of the d_head directions that the head reads from the hidden state. Read with W_E.',
    formula: 'W_Q[:, j] W_Eᵀ',
    source: EMBEDDING_SPACE,
  },
  subheadWriting: {
    term: 'Rows of O',
    definition:
      'Row j of a head’s W_O: what the head writes where dimension j of its value is active. Read with W_U.',
    formula: 'W_O[j, :] W_Uᵀ',
    source: EMBEDDING_SPACE,
  },
  groupedQueries: {
    term: 'Grouped queries',
    definition:
      'Several query heads share one head of keys and values, so that their K and V rows are the same rows: head h uses key head floor(h / (n_heads / n_kv_heads)).',
  },
  W_VO: {
    term: 'W_VO',
    definition:
      'What a head moves: the token that it attends to (row) raises the tokens that it promotes (column).',
    formula: 'W_VO = W_V W_O, read as W_E W_VO W_Uᵀ',
    source: `${CIRCUITS} (there W_OV); ${EMBEDDING_SPACE}`,
  },
  W_QK: {
    term: 'W_QK',
    definition:
      'Where a head looks: the token at the query (row) attends to the tokens at the keys (column). Exact for the content alone; positions come on top.',
    formula: 'W_QK = W_Q W_Kᵀ, read as W_E W_QK W_Eᵀ',
    source: `${CIRCUITS}; ${EMBEDDING_SPACE}`,
  },
  pairScore: {
    term: 'Pair score',
    definition:
      'What ranks the pairs of a head: the entry of its interaction matrix in the space of the vocabulary, for one row token and one column token. No input and no forward pass is involved.',
    formula: 'score(s, t) = W_E[s] W_VO · W_U[t] or W_E[s] W_QK · W_E[t]',
    source: EMBEDDING_SPACE,
  },
  pairZ: {
    term: 'Pair z',
    definition:
      'How far a head’s pairs stand out: the mean of its best 50 scores over the root mean square of all its scores, against that of up to 16 shuffled pairings (its W_V with other heads’ W_O, its W_Q with other heads’ W_K), in their standard deviations. All tokens take part but under-trained ones and padding: space, folding and distance change it, filters, ranks and what is listed do not.',
    formula: 'z = (statistic − mean of the pairings) / std of the pairings',
  },
  copying: {
    term: 'Copying share',
    definition:
      'Of the head’s best 50 pairs, the share whose two tokens are the same, differ in case or a leading space, or are of one stem (one begins with the other, at least 4 letters, at most 3 more). They are the 50 behind pair z, whatever is listed. The control is the mean share of the shuffled pairings.',
    formula: 'alike pairs / 50',
  },
  likeness: {
    term: 'Mark',
    definition:
      'How the two tokens of a pair are alike: the same token, the same but for case or one leading space, or of one stem.',
  },
  visited: {
    term: 'Exact',
    definition:
      'The list is exact: a bound (Cauchy–Schwarz, with room for rounding) proved that no pair outside the tiles that were multiplied belongs among those listed. The percentage says how many of all pairs had to be multiplied.',
  },
  headDistance: {
    term: 'Distance',
    definition:
      'How many positions the query stands after the key, in a model whose positions rotate. The scores are exact at that distance only; 0 compares the contents alone.',
    formula: '(x W_Q R(Δ)) · (y W_K)',
  },
  singularDirection: {
    term: 'Singular direction',
    definition:
      'A pair of directions of a head’s matrix: the left one is what it takes, the right one what it gives, σ how strongly. The signs are chosen so that the clearer side is read at its top. Where σ is close to its neighbour’s, the two directions are one choice of many.',
    formula: 'W_VO = Σ σᵢ uᵢ vᵢᵀ',
    source: CIRCUITS,
  },
  embedding: {
    term: 'E',
    definition: 'A row of the input embedding W_E, one per token, read with W_E itself.',
    formula: 'W_E[t] W_Eᵀ',
  },
  unembedding: {
    term: 'U',
    definition: 'A row of the output embedding W_U, one per token, read with W_U itself.',
    formula: 'W_U[t] W_Uᵀ',
  },
  position: {
    term: 'P',
    definition:
      'The learned embedding of a position, counted from 0 after the rows that the model skips, read with W_E.',
  },
  classifierRow: {
    term: 'C',
    definition:
      'The row of one label in the last linear layer of a classifier head, read with W_U. What stands before that layer is not applied.',
    source: EMBEDDING_SPACE,
  },
  ...ALIGNMENT_ENTRIES,
  ...CHANGE_ENTRIES,
  ...TRAINING_ENTRIES,
  ...STITCH_ENTRIES,
} as const satisfies Readonly<Record<string, GlossaryEntry>>;

export type GlossaryId = keyof typeof GLOSSARY;
