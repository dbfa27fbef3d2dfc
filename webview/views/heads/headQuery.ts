/** What the page of a head asks: kept in the panel's state, turned into options of the engine. */
import { headMatrixRef } from '../../../src/core/model/headMatrixId';
import type { HeadMatrixRef } from '../../../src/core/model/headMatrixId';
import { pairOptionsBeside } from '../../../src/protocol/pairs';
import type { PairOptions } from '../../../src/protocol/pairs';
import { activeFilterCount } from '../../format/options';
import type { PanelStore } from '../../state/panelStore';
import { WHOLE_HEAD } from '../../state/uiState';
import type { HeadState } from '../../state/uiState';

/** Pairs that are listed, and of those beyond a threshold. */
const LISTED_PAIRS = 200;
const LISTED_BEYOND = 2000;

/** What is asked of a head now: of another one, only how pairs are listed is kept. */
export function headState({ ui }: PanelStore, component: string): HeadState {
  if (ui.head.component === component) return ui.head;
  const { threshold, row, column } = WHOLE_HEAD;
  return { ...ui.head, component, threshold, row, column };
}

/** Asks something else of the head. */
export function setHead(store: PanelStore, component: string, change: Partial<HeadState>): void {
  store.setUi({ head: { ...headState(store, component), ...change } });
}

/** Whether pairs can be asked at a distance: queries and keys of a model whose positions rotate. */
export function takesDistance({ summary }: PanelStore, { kind }: HeadMatrixRef): boolean {
  return kind === 'QK' && summary?.shape?.positions === 'rotary';
}

/** Whether the most negative pairs can be asked: by magnitude they are among the best. */
export function takesNegative({ options }: PanelStore): boolean {
  return options.rank !== 'abs';
}

/** The distance that is asked: 0 where there is none. */
export function distanceOf(store: PanelStore, component: string): number {
  const ref = headMatrixRef(component);
  return ref !== undefined && takesDistance(store, ref) ? headState(store, component).delta : 0;
}

/**
 * Whether the table lists other pairs than a head is judged by, which are those of highest score among all tokens that
 * take part in statistics (design: "A head's pairs").
 */
export function listsOthers(store: PanelStore, component: string): boolean {
  const { rank, withoutCommon, filters } = store.options;
  const asked = headState(store, component);
  return (
    rank !== 'dot' ||
    withoutCommon ||
    activeFilterCount(filters) > 0 ||
    !filters.excludeUndertrained ||
    [asked.negative, asked.excludeSame, asked.excludeCase].includes(true) ||
    [asked.threshold, asked.row, asked.column].some((value) => value !== null)
  );
}

/** The options of a head's pairs, apart from what narrows them down. */
export function wholeOptions(store: PanelStore, component: string): PairOptions {
  const { excludeSame, excludeCase, negative } = headState(store, component);
  const delta = distanceOf(store, component);
  return {
    ...pairOptionsBeside(store.options),
    ...{ k: LISTED_PAIRS, excludeSame, excludeCase },
    negative: negative && takesNegative(store),
    ...(delta === 0 ? {} : { delta }),
  };
}

/** The options of the pairs that the table lists. */
export function pairOptionsOf(store: PanelStore, component: string): PairOptions {
  const { threshold, row, column } = headState(store, component);
  return {
    ...wholeOptions(store, component),
    ...(threshold === null ? {} : { threshold, k: LISTED_BEYOND }),
    ...(row === null ? {} : { rows: [row] }),
    ...(column === null ? {} : { columns: [column] }),
  };
}
