/** What the words of the page of changes mean: entries of the glossary. */
export const CHANGE_ENTRIES = {
  rowChange: {
    term: 'Change',
    definition:
      'How far training moved a row: the L2 norm of the row less the base’s row, number by number, as they are stored. A row that the base lacks counts as its own change.',
    formula: '‖w − w_base‖',
  },
  relativeChange: {
    term: 'Relative change',
    definition:
      'The norm of the change over the norm of the base’s row; of a table, both over all rows that both models have. There is none where the base’s row is 0 or is missing.',
    formula: '‖w − w_base‖ / ‖w_base‖',
  },
  pushed: {
    term: 'Pushed up, pushed down',
    definition:
      'The change read as a row of its own: the tokens whose scores it raises most, and those whose scores it lowers most, by the base’s vocabulary matrix, unfolded.',
    formula: '(w − w_base) · W_E[t] in the input space, (w − w_base) · W_U[t] in the output space',
  },
  changeZ: {
    term: 'z of the change',
    definition:
      'Whether the change reads as more than noise: its centred kurtosis beside that of 256 random directions, in their standard deviations, as for rows. One number for both sides. Many changes stay below 3: large, and not about words.',
    formula: 'z = (κ(w − w_base) − mean of the control) / std of the control',
  },
  newRow: {
    term: 'New row',
    definition:
      'The base has no such row, a classifier’s for instance or that of an added token, so that nothing can be taken away from it: what is shown is the row itself.',
  },
  layerPush: {
    term: 'Changes of a layer',
    definition:
      'The changes of all rows of a part of a layer added up and read: keys as they are, each value, column of W_O and key of attention times what its partner row answers to the average token, since signs are a convention otherwise. Scores leave out the common directions.',
  },
  pushZ: {
    term: 'z of a pushed token',
    definition:
      'The score of a token over what the same rows give it with random signs. A list shows the largest of V such numbers, and chance alone brings one to about √(2 ln V).',
    formula: 'z(t) = Σ score_i(t) / √(Σ score_i(t)²)',
  },
} as const;
