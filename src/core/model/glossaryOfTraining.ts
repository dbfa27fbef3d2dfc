/** What the words of the page of a training mean: entries of the glossary. */
export const TRAINING_ENTRIES = {
  stepRelative: {
    term: 'Relative change',
    definition:
      'How far the numbers of a table or row moved since the step before, beside their length there: tables of different sizes can be compared. Of the weights as stored; small changes of many numbers add up to noise that no word shows.',
    formula: '‖Wₜ − Wₜ₋₁‖ / ‖Wₜ₋₁‖, over all numbers',
  },
  stepSinceFirst: {
    term: 'Change since the first step',
    definition:
      'The Euclidean length of the difference to the first step, over all numbers of the table or row as stored.',
    formula: '‖Wₜ − W₁‖',
  },
  stepSincePrevious: {
    term: 'Change since the step before',
    definition:
      'The Euclidean length of the difference to the step before, over all numbers of the table or row as stored.',
    formula: '‖Wₜ − Wₜ₋₁‖',
  },
} as const;
