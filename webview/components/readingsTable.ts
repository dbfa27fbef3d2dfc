/** Readings beside each other: their numbers, their words, and which tokens they share. */
import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import type { RowReading, ScoredToken } from '../../src/protocol/reading';
import { DIGITS, formatDecimal } from '../format/numbers';
import type { Side, SpeakingRow } from '../format/sentence';
import { sharedTokens } from '../format/sharedTokens';
import { t } from '../l10n';
import { definition } from './definition';
import { hover } from './hover';
import { statistic, zValue } from './rowColumns';
import { tokenChip } from './tokenChip';

/** What is known of a reading that stands beside others. */
export type ComparedReading = SpeakingRow &
  Pick<RowReading, 'kurtosisCentered' | 'skewness' | 'norm' | 'nonFinite'>;

export interface ReadingColumn {
  readonly head: TemplateResult;
  readonly reading: ComparedReading;
  /** What the tokens of a side are to the row. */
  readonly verb: (side: Side) => string;
}

/** A list of every column: its name, and which side of a reading stands in it. */
export interface ReadingList {
  readonly label: string;
  readonly side: (reading: ComparedReading) => Side;
}

interface Measure {
  readonly id: 'z' | 'kurtosis' | 'skewness' | 'norm';
  readonly label: string;
  readonly cell: (reading: ComparedReading) => TemplateResult;
}

function measures(): readonly Measure[] {
  const number =
    (digits: number, of: (reading: ComparedReading) => number | null) =>
    (reading: ComparedReading): TemplateResult =>
      statistic(of(reading), digits, reading.nonFinite);
  return [
    { id: 'z', label: t('z'), cell: ({ z, nonFinite }) => zValue(z, nonFinite) },
    {
      id: 'kurtosis',
      label: t('Kurtosis'),
      cell: number(DIGITS.moment, (reading) => reading.kurtosisCentered),
    },
    {
      id: 'skewness',
      label: t('Skewness'),
      cell: number(DIGITS.moment, (reading) => reading.skewness),
    },
    { id: 'norm', label: t('Norm'), cell: number(DIGITS.norm, (reading) => reading.norm) },
  ];
}

/** Columns of readings: a line for each measure, then the lists. */
export function readingsTable(
  columns: readonly ReadingColumn[],
  lists: readonly ReadingList[],
): TemplateResult {
  const shared = sharedTokens(columns.map(({ reading }) => reading));
  return html`<div class="compare-scroll" tabindex="0" role="region" aria-label=${t('Comparison')}>
    <table class="compare-table">
      <thead>
        <tr>
          <th scope="col"><span class="sr-only">${t('Measure')}</span></th>
          ${columns.map(({ head }) => html`<th scope="col">${head}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${measures().map(
          ({ id, label, cell }) =>
            html`<tr>
              <th scope="row" ${hover(() => definition(id))}>${label}</th>
              ${columns.map(({ reading }) => html`<td>${cell(reading)}</td>`)}
            </tr>`,
        )}
        ${lists.map(
          ({ label, side }) =>
            html`<tr class="compare-lists">
              <th scope="row">${label}</th>
              ${columns.map((column) => tokenColumn(column, side(column.reading), shared))}
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}

function tokenColumn(
  { reading, verb }: ReadingColumn,
  side: Side,
  shared: ReadonlyMap<number, number>,
): TemplateResult {
  return html`<td>
    <p class="dim">${verb(side)}</p>
    <ol class="compare-tokens">
      ${reading[side].map((token, rank) => listedToken(token, rank, shared.get(token.id) ?? 1))}
    </ol>
  </td>`;
}

function listedToken(token: ScoredToken, rank: number, rows: number): TemplateResult {
  return html`<li class=${rows > 1 ? 'shared-token' : ''}>
    ${tokenChip(token, rank)}
    <span class="numeric">${formatDecimal(token.score, DIGITS.score)}</span>
    ${
      rows > 1
        ? html`<span class="shared-mark" role="img" aria-label=${t('in {0} of the rows', rows)}
            >×${rows}</span
          >`
        : nothing
    }
  </li>`;
}
