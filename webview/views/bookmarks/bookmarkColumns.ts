/** Columns of what the reader marked: rows in words, heads as their best pairs. */
import { html } from 'lit';
import type { TemplateResult } from 'lit';
import { namesHeads } from '../../../src/core/model/headMatrixId';
import type { HeadOverview, PairReading, UnreadableHead } from '../../../src/protocol/pairs';
import type { RowReading } from '../../../src/protocol/reading';
import { t } from '../../l10n';
import type { PanelStore } from '../../state/panelStore';
import { bookmarkStar } from '../../components/bookmarkButton';
import { definition } from '../../components/definition';
import { icon } from '../../components/icon';
import { tokensCard, tokensCell, zValue } from '../../components/rowColumns';
import type { Column } from '../../components/tableColumns';
import { headCard, pairChips } from '../heads/headStatistics';

/** Widths in em. */
const WIDTHS = { component: 9.5, z: 4.4, note: 18 } as const;
/** What stands beside the words, in em. */
export const BESIDE_WORDS_EM = WIDTHS.component + WIDTHS.z + WIDTHS.note;

/** A bookmark as the table shows it. */
export interface MarkedRow {
  readonly component: string;
  readonly note: string;
  /** Whether the model has it. */
  readonly exists: boolean;
  /** Of a row; undefined until it is there. */
  readonly reading: RowReading | undefined;
  /** The best pairs of a head, or why it has none; undefined until they are there. */
  readonly head: PairReading | UnreadableHead | undefined;
  /** A head beside shuffled pairings, where it was judged on its page or the map. */
  readonly judged: HeadOverview | undefined;
}

function words(
  { exists, reading, head }: MarkedRow,
  store: PanelStore,
  room: number,
): TemplateResult {
  if (!exists) return html`<span class="page-kind">${t('not in this model any more')}</span>`;
  if (head !== undefined && 'problem' in head) {
    return html`<span class="page-kind">${icon('warning')} ${head.problem}</span>`;
  }
  if (head !== undefined) {
    return html`<span class="token-line marked-pairs">${head.top.map(pairChips)}</span>`;
  }
  return reading === undefined
    ? html`<span class="skeleton"></span>`
    : tokensCell(reading, room, store.options.k);
}

function wordsCard({ component, reading, head, judged }: MarkedRow): TemplateResult {
  if (head !== undefined && 'problem' in head) return html`<p>${head.problem}</p>`;
  if (head !== undefined) return headCard(component, judged, head.top);
  return reading === undefined ? html`<p>${component}</p>` : tokensCard(reading);
}

/** @param room Characters that chips may take. */
export function bookmarkColumns(
  store: PanelStore,
  room: () => number,
): readonly Column<MarkedRow>[] {
  return [
    {
      id: 'row',
      title: t('Component'),
      width: `${WIDTHS.component}em`,
      narrow: 'first',
      cell: ({ component, note }) =>
        html`<span class="row-name">${component}</span>${bookmarkStar(component)}
          <span class="narrow-note">${note}</span>`,
    },
    {
      id: 'z',
      title: t('z'),
      width: `${WIDTHS.z}em`,
      numeric: true,
      narrow: 'first',
      describe: () => definition('z'),
      cell: ({ reading, judged }) =>
        zValue(reading?.z ?? judged?.statistics?.z ?? null, reading?.nonFinite ?? 0),
      hover: ({ component }) => definition(namesHeads(component) ? 'pairZ' : 'z'),
    },
    {
      id: 'tokens',
      title: t('Tokens'),
      width: 'minmax(0, 1fr)',
      narrow: 'second',
      describe: () => definition('speaks'),
      cell: (row) => words(row, store, room()),
      hover: wordsCard,
    },
    {
      id: 'note',
      title: t('Note'),
      width: `minmax(0, ${WIDTHS.note}em)`,
      cell: ({ note }) => html`<bdi class="note-text">${note}</bdi>`,
      hover: ({ note, component }) =>
        html`<p>${note === '' ? t('No note on {0}.', component) : note}</p>`,
    },
  ];
}
