import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { TensorChange, TensorStatus } from '../../../src/core/analysis/tensorChange';
import type { DiffResult } from '../../../src/protocol/displacement';
import type { EngineResult } from '../../../src/protocol/engineApi';
import type { ModelSummary } from '../../../src/protocol/modelSummary';
import { listDocument } from '../../../src/protocol/written/list';
import { tensorChangesList } from '../../../src/protocol/written/tensorChanges';
import {
  DIGITS,
  formatDecimal,
  formatFull,
  formatRelative,
  formatShare,
  NOT_APPLICABLE,
} from '../../format/numbers';
import { t } from '../../l10n';
import { PagedAnswer } from '../../state/pagedAnswer';
import type { PagedRows } from '../../state/pagedRows';
import { definition } from '../../components/definition';
import { MAX_COPIED, sectionMenu } from '../../components/exportMenu';
import { StoreElement } from '../../components/lightElement';
import { emptyBlock, pagedBlock } from '../../components/stateBlocks';
import { styled } from '../../components/styled';
import type { Column } from '../../components/tableColumns';
import '../../components/virtualTable';
import { tensorsComparison } from './exportChanges';

const ROWS_IN_SIGHT = 12;
/** Widths in em. */
const WIDTHS = { status: 8, share: 9, norm: 13, relative: 6.5 } as const;

/** What became of a tensor, in words. */
function statusText(status: TensorStatus): string {
  const texts: Readonly<Record<TensorStatus, string>> = {
    same: t('same'),
    changed: t('changed'),
    new: t('new'),
    reshaped: t('other shape'),
    unread: t('not read'),
  };
  return texts[status];
}

function columns(): readonly Column<TensorChange>[] {
  const number = (
    id: 'share' | 'norm' | 'relative',
    title: string,
    format: (value: number) => string,
    describe: () => TemplateResult,
  ): Column<TensorChange> => ({
    ...{ id, title, width: `${WIDTHS[id]}em`, numeric: true, describe },
    cell: (change) => (change[id] === null ? NOT_APPLICABLE : format(change[id])),
    hover: (change) =>
      html`<p class="full-value">
          ${change[id] === null ? NOT_APPLICABLE : formatFull(change[id])}
        </p>
        ${describe()}`,
  });
  return [
    {
      ...{ id: 'tensor', title: t('Tensor'), width: 'minmax(0, 1fr)', narrow: 'second' },
      cell: ({ tensor }) => html`<bdi class="tensor-name">${tensor}</bdi>`,
      hover: ({ tensor }) => html`<p class="full-value">${tensor}</p>`,
    },
    {
      ...{ id: 'status', title: t('Status'), width: `${WIDTHS.status}em`, narrow: 'first' },
      cell: ({ status }) => statusText(status),
    },
    number(
      'share',
      t('Share changed'),
      formatShare,
      () => html`<p>${t('The share of its numbers that differ from the base’s.')}</p>`,
    ),
    number(
      'norm',
      t('Norm of the change'),
      (value) => formatDecimal(value, DIGITS.norm),
      () => html`<p>${t('The L2 norm of the difference of all its numbers from the base’s.')}</p>`,
    ),
    {
      ...number('relative', t('Relative'), formatRelative, () => definition('relativeChange')),
      narrow: 'first',
    },
  ];
}

/** The tensors that changed, by name: what is new first, then what changed most. */
@customElement('vs-changed-tensors')
export class ChangedTensors extends StoreElement {
  @property({ attribute: false }) base: ModelSummary | null = null;
  @property({ attribute: false }) found: DiffResult | null = null;
  /** Opens the base again: it may have been closed or reloaded meanwhile. */
  @property({ attribute: false }) reopen: () => void = () => undefined;
  readonly #answer = new PagedAnswer<TensorChange, EngineResult<'diffTensors'>>(this);
  readonly #columns = columns();

  protected override willUpdate(): void {
    const { base, store } = this;
    if (base === null) return;
    const asked = { other: base.model, changedOnly: true };
    this.#answer.load(`${store.dataKey} ${JSON.stringify(asked)}`, (page, handling) =>
      store.host.query('diffTensors', { ...asked, ...page }, handling),
    );
  }

  protected override template(): unknown {
    const { rows } = this.#answer;
    if (rows === null) return nothing;
    return pagedBlock(rows, {
      reopen: this.reopen,
      none: () => emptyBlock(t('No tensor changed.')),
      rows: () => html`${this.#menu(rows)} ${this.#table(rows)}`,
    });
  }

  #menu({ total }: PagedRows<TensorChange>): unknown {
    const { base, found, store } = this;
    const { summary } = store;
    if (base === null || found === null || summary === null) return nothing;
    const count = Math.min(MAX_COPIED, total);
    const asked = { other: base.model, changedOnly: true, start: 0, count };
    return sectionMenu(store, {
      ...{ count, testId: 'export-tensors' },
      comparison: tensorsComparison(base),
      write: async (form) => {
        const { rows } = await store.host.query('diffTensors', asked);
        return listDocument(form, tensorChangesList(found, { summary, base }), rows);
      },
    });
  }

  /** A line with the names of its columns and of both models. */
  #copy(row: TensorChange | undefined): string | undefined {
    const { base, found, store } = this;
    const { summary } = store;
    if (row === undefined || base === null || found === null || summary === null) return undefined;
    return listDocument('csv', tensorChangesList(found, { summary, base }), [row]);
  }

  #table(source: PagedRows<TensorChange>): TemplateResult {
    const height = `calc(${String(Math.min(ROWS_IN_SIGHT, source.total))} * max(22px, 1.7em) + 26px)`;
    return html`<vs-table
      ${styled({ height })}
      .columns=${this.#columns}
      .source=${source}
      .label=${t('Changed tensors')}
      .testId=${'changed-tensors'}
      .events=${{
        copy: (row: TensorChange | undefined) => this.#copy(row),
      }}
    ></vs-table>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'vs-changed-tensors': ChangedTensors;
  }
}
