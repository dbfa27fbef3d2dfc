import fc from 'fast-check';
import { DEFAULT_OPTIONS } from '../../../../src/core/projection/options';
import {
  pairOptionsBeside,
  type DirectionReading,
  type PairReading,
} from '../../../../src/protocol/pairs';
import type { RowReading, ScoredToken, TokenView } from '../../../../src/protocol/reading';
import type { Reading, ReadingSource } from '../../../../src/protocol/written/readings';
import { SUMMARY } from '../../../support/summary';

/** What breaks formats: separators, quotes, line ends, markup, halves of surrogate pairs, marks that turn text around. */
const HOSTILE = [
  ...[',', '"', '""', '\r', '\n', '\r\n', '\t', '|', '\\', '\\|', '`', '``', '\u0000', '\u0085'],
  ...['<', '>', '&', "'", '</td>', '<script>', '&amp;', '-->', '=1+1', '#', ' ', '\ufeff'],
  ...['\u2028', '\u202e', '\ud800', '\udc00', '😀', '👩‍👩‍👧', 'é', '中', ' she', '##ing', 'null'],
] as const;

const text = fc.oneof(
  fc.array(fc.constantFrom(...HOSTILE), { maxLength: 6 }).map((parts) => parts.join('')),
  fc.string({ unit: 'binary' }),
);

const token: fc.Arbitrary<TokenView> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ id: fc.nat(300_000), text }) },
  fc.record({ id: fc.nat(300_000), text: fc.constant(null), hex: fc.constant('e280') }),
  fc.record({ id: fc.nat(300_000), text: fc.constant(null), padding: fc.constant(true as const) }),
  fc.record({ id: fc.nat(300_000), text, special: fc.constant(true as const) }),
  fc.record({ id: fc.nat(300_000), text, undertrained: fc.constant(true as const) }),
);

const number = fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0);
const statistic = fc.option(number);
const count = fc.nat(1_000_000);

const scored: fc.Arbitrary<ScoredToken> = fc
  .record({ token, score: number, dot: fc.option(number, { nil: undefined }) })
  .map(({ token: view, score, dot }) => ({
    ...view,
    score,
    ...(dot === undefined ? {} : { dot }),
  }));

const omitted = fc.record({
  ...{ undertrained: count, special: count, padding: count, filter: count },
});

const COMPONENTS = ['L5.FF.V[31]', 'E[0]', 'L0.H3.Q[7]', 'C[a "label", with |]', 'C[2]'];

/** Any reading of a row. */
export const rowReading: fc.Arbitrary<RowReading> = fc
  .record({
    reading: fc.record({
      component: fc.constantFrom(...COMPONENTS),
      space: fc.constantFrom('input' as const, 'output' as const),
      ...{ norm: number, nonFinite: count, omitted },
      ...{ mean: statistic, std: statistic, skewness: statistic },
      ...{ kurtosis: statistic, kurtosisCentered: statistic, z: statistic },
      speaks: fc.constantFrom('top' as const, 'bottom' as const, null),
      top: fc.array(scored, { maxLength: 5 }),
      bottom: fc.array(scored, { maxLength: 5 }),
    }),
    shared: fc.boolean(),
    note: fc.option(text),
  })
  .map(({ reading, shared, note }) => ({
    ...reading,
    ...(shared ? { sharedBy: ['L0.H1.K[1]', 'L0.H2.K[1]'] } : {}),
    ...(note === null ? {} : { note }),
  }));

/** Any reading of a singular direction. */
const directionReading: fc.Arbitrary<DirectionReading> = fc
  .record({ sigma: number, degenerate: fc.boolean(), left: rowReading, right: rowReading })
  .map((reading) => {
    const component = 'L3.H7.VO.S[2]';
    const { left, right } = reading;
    return { component, ...reading, left: { ...left, component }, right: { ...right, component } };
  });

/** Any reading of a head. */
export const headReading: fc.Arbitrary<PairReading> = fc.record<PairReading>({
  component: fc.constantFrom('L1.H0.VO', 'L1.H3.QK'),
  rowSpace: fc.constant('input' as const),
  columnSpace: fc.constantFrom('input' as const, 'output' as const),
  exact: fc.boolean(),
  visited: fc.double({ min: 0, max: 1, noNaN: true }).map((value) => value + 0),
  count: fc.option(count),
  statistics: fc.option(
    fc.record({
      ...{ statistic, z: statistic, pairings: fc.nat(16) },
      copying: fc.option(
        fc.record({ share: fc.double({ min: 0, max: 1, noNaN: true }), control: statistic }),
      ),
    }),
  ),
  omitted: fc.record({ rows: omitted, columns: omitted, pairs: count }),
  top: fc.array(fc.record({ row: token, column: token, score: number }), { maxLength: 5 }),
});

/** Where all of them come from. */
export const SOURCE: ReadingSource = {
  summary: { ...SUMMARY, name: 'a "tiny", model' },
  options: { ...DEFAULT_OPTIONS, fold: 'norms' },
  pairOptions: pairOptionsBeside(DEFAULT_OPTIONS),
};

/** Some readings of one kind. */
export const readingsOfOneKind: fc.Arbitrary<readonly Reading[]> = fc.oneof(
  fc.array(rowReading, { minLength: 1, maxLength: 6 }),
  fc.array(directionReading, { minLength: 1, maxLength: 3 }),
  fc.array(headReading, { minLength: 1, maxLength: 3 }),
);
