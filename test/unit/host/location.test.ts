import { describe, expect, test } from 'vitest';
import { kindOf, locate } from '../../../src/host/models/location';
import { SUMMARY } from './fixtures/summary';

describe('where an id leads', () => {
  test.each([
    ['L1.FF.K[63]', 'row'],
    ['L0.H3.K[7]', 'row'],
    ['E[99]', 'row'],
    ['C[POSITIVE]', 'row'],
    ['C[1]', 'row'],
    ['L1.FF.V', 'matrix'],
    ['L1.Q', 'matrix'],
    ['L1.H2.V', 'matrix'],
    [' E ', 'matrix'],
  ])('%s', (id, page) => {
    expect(locate(id, SUMMARY)).toEqual({ page, component: id.trim() });
  });

  test.each([
    ['L1.H2.VO', 'L1.H2.VO'],
    ['l1.h2.qk', 'L1.H2.QK'],
    ['L1.H2', 'L1.H2.VO'],
    ['L1.H2.QK.S[3]', 'L1.H2.QK'],
  ])('%s is the page of a head', (id, component) => {
    expect(locate(id, SUMMARY)).toEqual({ page: 'head', component });
    expect(kindOf(id)).toBeUndefined();
  });

  test.each([
    ['L2.FF.K[0]', 'layers 0 to 1'],
    ['L0.FF.K[64]', 'rows 0 to 63'],
    ['L0.H4.Q[0]', 'heads 0 to 3'],
    ['L0.H4.VO', 'heads 0 to 3'],
    ['L2.H0', 'layers 0 to 1'],
    ['L0.H*.VO', 'names no table'],
    ['L0.H3.K[8]', 'rows 0 to 7'],
    ['U[0]', 'no U of its own'],
    ['C[NEUTRAL]', 'no label is "NEUTRAL"'],
    ['C[2]', 'rows 0 to 1'],
    ['L*.FF.K[0]', 'several layers'],
    ['L0.FF.K[*]', 'several rows'],
    ['L0.FF.K[0:2]', 'several rows'],
    ['L0.Q[0]', 'the head is missing'],
    ['nonsense', 'names no table'],
    ['', 'names no table'],
  ])('%s leads nowhere, with a sentence', (id, why) => {
    expect(() => locate(id, SUMMARY)).toThrow(
      expect.objectContaining({
        reason: 'unknownComponent',
        message: expect.stringMatching(new RegExp(`${why}.*\\.$`, 'u')) as string,
      }),
    );
  });

  test('a model of an unknown architecture has no components', () => {
    expect(() => locate('E[0]', { ...SUMMARY, shape: null, matrices: [] })).toThrow(
      'architecture of this model is not known',
    );
  });
});
