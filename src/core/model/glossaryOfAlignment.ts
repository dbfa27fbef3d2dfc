/** What the words of rows and heads of two models side by side mean: entries of the glossary. */
export const ALIGNMENT_ENTRIES = {
  alignedRow: {
    term: 'Nearest row of B',
    definition:
      'The row of B whose scores over the shared tokens correlate most with those of the row of A, either way: a negative ρ says the opposite. Mutual: each is the other’s nearest. One to one: its row in the assignment of all rows with the largest sum of |ρ|.',
  },
  alignedHead: {
    term: 'Nearest head of B',
    definition:
      'The head of B whose matrix, projected into the shared vocabulary on both sides, correlates most with the projected matrix of the head of A over all pairs of shared tokens, either way. Exact, by d × d algebra. Mutual: each is the other’s nearest. One to one: its head in the assignment of all heads with the largest sum of |ρ|.',
    formula: 'ρ = corr(E W E′ᵀ, F Z F′ᵀ), with E, F the rows of the shared tokens in A and B',
  },
} as const;
