/** What the words of the page of stitched models mean: entries of the glossary. */
import type { GlossaryEntry } from './glossaryEntry';

const EMBEDDING_SPACE =
  'Dar, Geva, Gupta and Berant, "Analyzing Transformers in Embedding Space", ACL 2023';

/** Entries by the id that views use. */
export const STITCH_ENTRIES = {
  stitching: {
    term: 'Stitching',
    definition:
      'A text runs through B’s embeddings and first k blocks; its hidden states are carried through the vocabulary into A’s space; A’s last n blocks, final norm and head judge it. Nothing is trained.',
    formula: 'h_A = h_B T, with T = E_B E_A⁺ over the shared tokens',
    source: EMBEDDING_SPACE,
  },
  stitchKernel: {
    term: 'Kernel',
    definition:
      'The matrix T that carries states of B into A, made of the output embeddings of the tokens that both have, in float64. A large condition number means that some directions of A are hardly spanned by these tokens; a ridge is added only where the matrix is singular.',
    formula: 'T = (E_B E_Aᵀ)(E_A E_Aᵀ)⁻¹',
    source: EMBEDDING_SPACE,
  },
  stitchPool: {
    term: 'Pooling',
    definition:
      'How the logits of the tokens become those of a text: those of the last token, those of the first, or the mean of all. train.json beside the classifier says it, else its architecture, else you.',
  },
  stitchAccuracy: {
    term: 'Accuracy',
    definition:
      'The share of texts whose label is predicted, with its 95 % interval (Wilson). The best of many points is likelier to be luck than any one of them: look at the whole curve.',
  },
  stitchChance: {
    term: 'Chance',
    definition: 'What saying the commonest label of these texts every time would score.',
  },
  stitchControl: {
    term: 'Shuffled control',
    definition:
      'The same models stitched by the kernel of a vocabulary whose tokens are paired at random. What scores no better than this owes nothing to the vocabulary.',
  },
  stitchCalibrated: {
    term: 'Calibrated',
    definition:
      'The threshold between two labels is moved to the median margin of the texts themselves, no label used: right where both labels are about equally common. Shown beside the plain curve, never instead of it.',
  },
  stitchTrainedTokens: {
    term: 'Without under-trained tokens',
    definition:
      'The kernel made without tokens that training hardly touched in either model: their rows say little and can be large.',
  },
  stitchTranslated: {
    term: 'Translated into B’s space',
    definition:
      'The other way round: no state is carried, but A’s norms are folded into its weights and these are rewritten once into B’s space, what reads a state and what writes one, with a plain norm of B’s width before each. A norm of a carried state is not the carried norm, so this is another model than the stitched one, better or worse.',
    formula: 'reads: T W; writes: W T′, with T′ = E_A E_B⁺; LN(h T) ≠ LN(h) T',
    source: EMBEDDING_SPACE,
  },
  stitchHeadAlone: {
    term: 'Head alone',
    definition: 'B’s states carried straight into A’s head, with no block of A (n = 0).',
  },
  stitchFinalNorm: {
    term: 'Final norm',
    definition:
      'A’s norm before its head. It runs unless it is left out, as the paper’s authors did.',
    source: EMBEDDING_SPACE,
  },
  leftOut: {
    term: 'Change',
    definition:
      'The probability of the predicted label with the word less that without it: positive where the word speaks for the label.',
  },
} as const satisfies Readonly<Record<string, GlossaryEntry>>;
