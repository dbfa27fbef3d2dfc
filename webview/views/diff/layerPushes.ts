import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { LayerPush, PushedToken } from '../../../src/protocol/displacement';
import type { ModelSummary } from '../../../src/protocol/modelSummary';
import { layerPushesList } from '../../../src/protocol/written/layerPushes';
import { listDocument } from '../../../src/protocol/written/list';
import { changeOptions } from '../../format/changes';
import { DIGITS, formatCount, formatDecimal, formatZ, NOT_APPLICABLE } from '../../format/numbers';
import type { Side } from '../../format/sentence';
import { t } from '../../l10n';
import { FixedRows } from '../../state/fixedRows';
import { Resource } from '../../state/resource';
import { ChipRoom } from '../../components/chipRoom';
import { definition } from '../../components/definition';
import { MAX_COPIED, sectionMenu } from '../../components/exportMenu';
import { StoreElement } from '../../components/lightElement';
import { sideTokens } from '../../components/rowColumns';
import { emptyBlock, pendingBlock } from '../../components/stateBlocks';
import { styled } from '../../components/styled';
import type { Column } from '../../components/tableColumns';
import { tokenChip } from '../../components/tokenChip';
import '../../components/virtualTable';
import { pushesComparison } from './exportChanges';

const ROWS_IN_SIGHT = 12;
/** Characters that the padding of a cell takes. */
const CELL_PADDING = 2;
/** Tokens of a card. */
const CARD_TOKENS = 10;
/** Widths in em. */
const WIDTHS = { part: 7, norm: 5, z: 4.6 } as const;

function tokensOf({ plus, minus }: LayerPush, side: Side): readonly PushedToken[] {
  return side === 'top' ? plus : minus;
}

function pushCard(push: LayerPush, side: Side): TemplateResult {
  return html`<p>${nameOf(push)}, ${t('{0} rows added up', formatCount(push.rows))}</p>
    <ol class="pushed-list">
      ${tokensOf(push, side)
        .slice(0, CARD_TOKENS)
        .map(
          (token, rank) =>
            html`<li>
              ${tokenChip(token, rank)}
              <span class="numeric">${formatDecimal(token.score, DIGITS.score)}</span>
              <span class="numeric">z ${formatZ(token.z)}</span>
            </li>`,
        )}
    </ol>
    ${definition('layerPush')}`;
}

function nameOf({ layer, part }: LayerPush): string {
  return `L${layer} ${part}`;
}

/** The tokens that the changes of each layer push up and down most, all rows of a part added up. */
@customElement('vs-layer-pushes')
export class LayerPushes extends StoreElement {
  @property({ attribute: false }) base: ModelSummary | null = null;
  /** Opens the base again: it may have been closed or reloaded meanwhile. */
  @property({ attribute: false }) reopen: () => void = () => undefined;
  readonly #found = new Resource<readonly LayerPush[]>(this);
  /** Two columns of tokens share the room. */
  readonly #room = new ChipRoom(this, () => WIDTHS.part + WIDTHS.norm + 2 * WIDTHS.z);
  readonly #columns: readonly Column<LayerPush>[] = [
    {
      ...{ id: 'part', title: t('Layer'), width: `${WIDTHS.part}em`, narrow: 'first' },
      describe: () => definition('layerPush'),
      cell: nameOf,
    },
    {
      ...{ id: 'norm', title: t('Norm'), width: `${WIDTHS.norm}em`, numeric: true },
      describe: () => definition('layerPush'),
      cell: ({ norm }) => formatDecimal(norm, DIGITS.norm),
    },
    ...this.#side('top'),
    ...this.#side('bottom'),
  ];
  #rows = new FixedRows<LayerPush>([]);

  #side(side: Side): readonly Column<LayerPush>[] {
    const isUp = side === 'top';
    return [
      {
        ...{ id: isUp ? 'plus' : 'minus', title: isUp ? t('Pushed up') : t('Pushed down') },
        width: 'minmax(0, 1fr)',
        ...(isUp ? { narrow: 'second' as const } : {}),
        describe: () => definition('layerPush'),
        cell: (push) => {
          const row = { component: '', z: null, speaks: null, top: push.plus, bottom: push.minus };
          return sideTokens(row, side, this.#room.half - CELL_PADDING);
        },
        hover: (push) => pushCard(push, side),
      },
      {
        ...{ id: isUp ? 'zPlus' : 'zMinus', title: isUp ? t('z+') : t('z−') },
        ...{ width: `${WIDTHS.z}em`, numeric: true },
        ...(isUp ? { narrow: 'first' as const } : {}),
        describe: () => definition('pushZ'),
        cell: (push) => {
          const [first] = tokensOf(push, side);
          return first === undefined ? NOT_APPLICABLE : formatDecimal(first.z ?? NaN, DIGITS.z);
        },
        hover: (push) => pushCard(push, side),
      },
    ];
  }

  protected override willUpdate(): void {
    const { base, store } = this;
    if (base === null) return;
    const asked = { other: base.model, options: changeOptions(store.options) };
    this.#found.load(`${store.dataKey} ${JSON.stringify(asked)}`, async (signal, onProgress) => {
      const { rows } = await store.host.query('diffLayers', asked, { signal, onProgress });
      return rows;
    });
    const { current = [] } = this.#found;
    if (current !== this.#rows.rows) this.#rows = new FixedRows(current);
  }

  protected override template(): unknown {
    const { current } = this.#found;
    if (current === undefined) return pendingBlock(this.#found, this.reopen);
    if (current.length === 0) return emptyBlock(t('No layer changed.'));
    const height = `calc(${String(Math.min(ROWS_IN_SIGHT, current.length))} * max(22px, 1.7em) + 26px)`;
    return html`${this.#caution()} ${this.#menu(current)}
      <vs-table
        ${styled({ height })}
        .columns=${this.#columns}
        .source=${this.#rows}
        .label=${t('What the changes of layers push')}
        .testId=${'layer-pushes'}
      ></vs-table>`;
  }

  #menu(rows: readonly LayerPush[]): unknown {
    const { base, store } = this;
    const { summary } = store;
    if (base === null || summary === null) return nothing;
    const options = changeOptions(store.options);
    const copied = rows.slice(0, MAX_COPIED);
    return sectionMenu(store, {
      ...{ count: copied.length, testId: 'export-pushes' },
      comparison: pushesComparison(store, base),
      write: (form) =>
        Promise.resolve(listDocument(form, layerPushesList({ summary, base, options }), copied)),
    });
  }

  /** What chance alone reaches among so many tokens. */
  #caution(): unknown {
    const tokens = this.store.summary?.shape?.dVocab;
    if (tokens === undefined) return nothing;
    const chance = formatDecimal(Math.sqrt(2 * Math.log(tokens)), DIGITS.z);
    return html`<p class="page-sentence page-hint">
      ${t('Read with care: the changes of all rows of a part are added up, and rows that cancel out leave no trace. z+ and z− are those of the first token, against the same rows with random signs; the best of {0} tokens reaches about {1} by chance alone.', formatCount(tokens), chance)}
    </p>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'vs-layer-pushes': LayerPushes;
  }
}
