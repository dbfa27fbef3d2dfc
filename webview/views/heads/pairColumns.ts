/** Columns of a head's pairs, and their order. */
import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import type { HeadMatrixKind } from '../../../src/core/model/headMatrixId';
import type { PairView } from '../../../src/protocol/pairs';
import type { TokenView } from '../../../src/protocol/reading';
import { DIGITS, formatCount, formatDecimal, formatFull } from '../../format/numbers';
import { describeOptions } from '../../format/options';
import type { ListedPair } from '../../format/pairOrder';
import { t } from '../../l10n';
import type { PanelStore } from '../../state/panelStore';
import { definition } from '../../components/definition';
import { tokenCard, tokenChip } from '../../components/tokenChip';
import type { Column } from '../../components/tableColumns';

type Likeness = NonNullable<PairView['likeness']>;

/** Widths in em. */
const WIDTHS = { place: 3.6, score: 5.2, mark: 5 } as const;

/** What rows and columns of a head's matrix are called. */
export function sideNames(kind: HeadMatrixKind): { readonly row: string; readonly column: string } {
  return kind === 'VO'
    ? { row: t('Source'), column: t('Promoted') }
    : { row: t('Query'), column: t('Key') };
}

/** How two tokens are alike, in a word. */
function likenessName(likeness: PairView['likeness']): string {
  const names: Readonly<Record<Likeness, string>> = {
    ...{ same: t('same'), case: t('case'), stem: t('stem') },
  };
  return likeness === undefined ? '' : names[likeness];
}

function scoreCard({ score, dot }: PairView, { options }: PanelStore): TemplateResult {
  return html`<p class="full-value">${formatFull(score)}</p>
    ${dot === undefined ? nothing : html`<p>${t('Dot product')}: ${formatFull(dot)}</p>`}
    ${definition('pairScore')}
    <p class="card-options">${describeOptions(options)}</p>`;
}

/** A token of one side of a head, and what a click and Enter on it do. */
export function askedCard(token: TokenView): TemplateResult {
  return html`${tokenCard(token)}
    <p class="card-options">
      ${t('A click or Enter lists only pairs with this token on this side.')}
    </p>`;
}

function tokenColumn(
  id: 'source' | 'target',
  title: string,
  token: (pair: ListedPair) => PairView['row'],
): Column<ListedPair> {
  return {
    ...{ id, title, width: 'minmax(0, 1fr)', sortable: true },
    narrow: id === 'source' ? 'first' : 'second',
    cell: (pair) => tokenChip(token(pair)),
    hover: (pair) => askedCard(token(pair)),
  };
}

/** The columns of one kind of heads. */
export function pairColumns(
  store: PanelStore,
  kind: HeadMatrixKind,
): readonly Column<ListedPair>[] {
  const { row, column } = sideNames(kind);
  return [
    {
      ...{ id: 'place', title: '#', width: `${WIDTHS.place}em`, numeric: true },
      cell: ({ place }) => html`<span class="pair-place">${formatCount(place + 1)}</span>`,
    },
    tokenColumn('source', row, (pair) => pair.row),
    tokenColumn('target', column, (pair) => pair.column),
    {
      ...{ id: 'score', title: t('Score'), width: `${WIDTHS.score}em` },
      ...{ numeric: true, sortable: true, narrow: 'first' },
      describe: () => definition('pairScore'),
      cell: ({ score }) => formatDecimal(score, DIGITS.score),
      hover: (pair) => scoreCard(pair, store),
    },
    {
      ...{ id: 'mark', title: t('Mark'), width: `${WIDTHS.mark}em`, sortable: true },
      describe: () => definition('likeness'),
      cell: ({ likeness }) => html`<span class="pair-mark">${likenessName(likeness)}</span>`,
      hover: () => definition('likeness'),
    },
  ];
}
