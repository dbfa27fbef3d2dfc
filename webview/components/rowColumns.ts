/** Columns of tables of rows: tokens and numbers, each with what it means. */
import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { namesHeads } from '../../src/core/model/headMatrixId';
import type { RowSort } from '../../src/protocol/engineApi';
import type { ControlSummary, TableRow } from '../../src/protocol/reading';
import { fittingTokens } from '../format/chipFit';
import { DIGITS, formatCount, formatStatistic, formatZ, isLikeRandom } from '../format/numbers';
import { speakingSide } from '../format/sentence';
import type { Side, SpeakingRow } from '../format/sentence';
import { t } from '../l10n';
import { panel } from '../state/panel';
import type { PanelStore } from '../state/panelStore';
import { bookmarkStar } from './bookmarkButton';
import { definition, numberCard } from './definition';
import { icon } from './icon';
import type { Column } from './tableColumns';
import { tokenChips } from './tokenChip';

/** What the columns need to know of their page. */
export interface RowColumnContext {
  readonly store: PanelStore;
  /** Characters that the chips may take. */
  readonly room: () => number;
  readonly control: (row: TableRow) => ControlSummary | undefined;
}

/** Widths of the columns beside the tokens, in em. */
const WIDTHS = {
  ...{ row: 6.2, z: 4.4, kurtosis: 5.6, norm: 4.4 },
  ...{ rawKurtosis: 8.2, skewness: 6.4, mean: 5.8, std: 6.4 },
} as const;
export const Z_COLUMN_EM = WIDTHS.z;
export const ROW_COLUMN_EM = WIDTHS.row;

/** Tokens of one side, as many as fit; a mark before the bottom side. */
export function sideTokens(row: SpeakingRow, side: Side, room: number, k = 0): TemplateResult {
  const tokens = row[side];
  const shown = tokens.slice(0, fittingTokens(tokens, room));
  const more = k === 0 ? 0 : Math.max(0, Math.max(k, tokens.length) - shown.length);
  return html`<span class="token-line"
    >${
      side === 'bottom'
        ? html`<span class="bottom-mark" role="img" aria-label=${t('bottom side')}>−</span>`
        : nothing
    }${tokenChips(shown)}${
      more === 0 || tokens.length === 0
        ? nothing
        : html`<span class="more-tokens" aria-hidden="true">+${formatCount(more)}</span>`
    }</span
  >`;
}

/** Tokens of the side that a row speaks for, as many as fit, and how many more the row's page shows. */
export function tokensCell(row: SpeakingRow, room: number, k: number): TemplateResult {
  return sideTokens(row, speakingSide(row), room, k);
}

/** A statistic: its digits, a warning where scores were not finite. */
export function statistic(value: number | null, digits: number, nonFinite: number): TemplateResult {
  const broken = value === null && nonFinite > 0;
  return html`${broken ? icon('warning') : nothing}${formatStatistic(value, digits, nonFinite)}`;
}

/** z with its mark, dim where it does not stand out. */
export function zValue(z: number | null, nonFinite: number): TemplateResult {
  const random = isLikeRandom(z);
  return html`<span class=${random ? 'z-value like-random' : 'z-value'} data-testid="z-value"
    >${z === null && nonFinite > 0 ? icon('warning') : nothing}${formatZ(z, nonFinite)}${
      random ? html`<span class="sr-only">${t('like a random direction')}</span>` : nothing
    }</span
  >`;
}

/** What a context menu on a row or a head knows: VS Code hands it to the commands. */
export function rowContext({ component }: { readonly component: string }): string {
  return JSON.stringify({
    webviewSection: namesHeads(component) ? 'head' : 'row',
    component,
    bookmarked: panel().bookmarks.of(component) !== undefined,
    preventDefaultContextMenuItems: true,
  });
}

/** A row by a name that its page makes clear, with a star where it is marked. */
export function rowNameCell(component: string, shown: string): TemplateResult {
  return html`<span class="row-name">${shown}</span>${bookmarkStar(component)}`;
}

/** Both sides of a row in words. */
export function tokensCard(row: SpeakingRow): TemplateResult {
  return html`<div class="card-sides">
    <p>${t('Top')} ${tokenChips(row.top)}</p>
    <p>${t('Bottom')} ${tokenChips(row.bottom)}</p>
  </div>`;
}

export function tokensColumn({ store, room }: RowColumnContext): Column<TableRow> {
  return {
    id: 'tokens',
    title: t('Tokens'),
    width: 'minmax(0, 1fr)',
    narrow: 'second',
    describe: () => definition('speaks'),
    cell: (row) => tokensCell(row, room(), store.options.k),
    hover: tokensCard,
  };
}

/** Columns of numbers, by the name of what they sort by. */
export type NumberColumn = Exclude<RowSort, 'row'>;

const VALUES: Readonly<Record<NumberColumn, (row: TableRow) => number | null>> = {
  z: (row) => row.z,
  kurtosis: (row) => row.kurtosisCentered,
  norm: (row) => row.norm,
  rawKurtosis: (row) => row.kurtosis,
  skewness: (row) => row.skewness,
  mean: (row) => row.mean,
  std: (row) => row.std,
};

const COLUMN_DIGITS: Readonly<Record<NumberColumn, number>> = {
  ...{ z: DIGITS.z, kurtosis: DIGITS.moment, rawKurtosis: DIGITS.moment, skewness: DIGITS.moment },
  ...{ norm: DIGITS.norm, mean: DIGITS.score, std: DIGITS.score },
};

/** The numbers that random directions have too. */
const CONTROLLED: Readonly<Partial<Record<NumberColumn, { readonly centered: boolean }>>> = {
  z: { centered: true },
  kurtosis: { centered: true },
  rawKurtosis: { centered: false },
};

/** What a column of numbers is called. */
export function numberTitle(id: NumberColumn): string {
  const titles: Readonly<Record<NumberColumn, string>> = {
    z: t('z'),
    kurtosis: t('Kurtosis'),
    norm: t('Norm'),
    rawKurtosis: t('Raw kurtosis'),
    skewness: t('Skewness'),
    mean: t('Mean'),
    std: t('Deviation'),
  };
  return titles[id];
}

/** A column of numbers. */
export function numberColumn(id: NumberColumn, context: RowColumnContext): Column<TableRow> {
  const value = VALUES[id];
  const controlled = CONTROLLED[id];
  return {
    id,
    title: numberTitle(id),
    width: `${WIDTHS[id]}em`,
    numeric: true,
    sortable: true,
    ...(id === 'z' ? { narrow: 'first' as const } : {}),
    describe: () => definition(id),
    cell: (row) =>
      id === 'z'
        ? zValue(row.z, row.nonFinite)
        : statistic(value(row), COLUMN_DIGITS[id], row.nonFinite),
    hover: (row) =>
      numberCard({
        ...{ id, value: value(row), options: context.store.options },
        ...(controlled === undefined
          ? {}
          : { control: { summary: context.control(row), ...controlled } }),
      }),
    placeholder: () => '·',
  };
}
