/** Where the reader was and is: back and forward as in a browser. */
import type { PanelLocation } from '../../src/protocol/panelApi';

/** Older places are forgotten. */
export const MAX_HISTORY = 100;

export interface HistoryState {
  readonly entries: readonly PanelLocation[];
  readonly index: number;
}

export function sameLocation(a: PanelLocation, b: PanelLocation): boolean {
  return (
    a.page === b.page &&
    a.component === b.component &&
    a.token === b.token &&
    a.other === b.other &&
    JSON.stringify(a.steps) === JSON.stringify(b.steps) &&
    JSON.stringify(a.recipe) === JSON.stringify(b.recipe)
  );
}

/** The history after going somewhere new: what lay ahead is dropped. Going where one is changes nothing. */
export function visit(history: HistoryState, location: PanelLocation): HistoryState {
  const current = history.entries[history.index];
  if (current !== undefined && sameLocation(current, location)) return history;
  const entries = [...history.entries.slice(0, history.index + 1), location].slice(-MAX_HISTORY);
  return { entries, index: entries.length - 1 };
}

/** The history one step back (-1) or forward (1); itself where there is no such step. */
export function step(history: HistoryState, by: -1 | 1): HistoryState {
  const index = history.index + by;
  return index < 0 || index >= history.entries.length ? history : { ...history, index };
}

export function canStep(history: HistoryState, by: -1 | 1): boolean {
  return step(history, by) !== history;
}

/** The history with another place instead of the present one: no step of its own. */
export function replaceCurrent(history: HistoryState, location: PanelLocation): HistoryState {
  const entries = history.entries.with(history.index, location);
  return { ...history, entries };
}
