import * as vscode from 'vscode';
import { ROW_KIND_INFO } from '../../core/model/rowKinds';
import { displayText } from '../../core/tokenizer/display';
import type { ModelSummary } from '../../protocol/modelSummary';
import type { PairView } from '../../protocol/pairs';
import type { ScoredToken, TableRow } from '../../protocol/reading';
import type { OutlineGroup, OutlineTable } from './outline';

/** What is shown of a row: the side that it speaks for where that is known, else its top. */
export interface RowWords {
  readonly bottom: boolean;
  readonly tokens: readonly ScoredToken[];
  /** The other side. */
  readonly others: readonly ScoredToken[];
}

export const NO_WORDS: RowWords = { bottom: false, tokens: [], others: [] };

/** Descriptions do not wrap: the rest is in the tooltip. */
const TOKENS_IN_DESCRIPTION = 3;

/** What a group is called. */
export function groupLabel({ type, index }: OutlineGroup): string {
  switch (type) {
    case 'embeddings':
      return vscode.l10n.t('Embeddings');
    case 'layer':
      return vscode.l10n.t('Layer {0}', index);
    case 'attention':
      return vscode.l10n.t('Attention heads');
    case 'feedForward':
      return vscode.l10n.t('Feed-forward');
    case 'head':
      return vscode.l10n.t('Head {0}', index);
  }
}

/** What a table is called. */
export function tableLabel({ ref }: OutlineTable): string {
  return vscode.l10n.t(ROW_KIND_INFO[ref.kind].plural);
}

/** How many rows a table has, behind its id. */
export function tableDescription({ id, rows }: OutlineTable): string {
  return vscode.l10n.t('{0}, {1} rows', id, rows.toLocaleString(vscode.env.language));
}

/** How many rows of a table a filter leaves, behind its id. */
export function filterDescription({ id, rows }: OutlineTable, text: string, left: number): string {
  const number = (value: number): string => value.toLocaleString(vscode.env.language);
  return vscode.l10n.t('{0}, {1} of {2} rows with “{3}”', id, number(left), number(rows), text);
}

/** What a model is, in a few words. */
export function modelDescription({ architecture, shape, format }: ModelSummary): string {
  if (shape === null) return architecture ?? format;
  return vscode.l10n.t('{0}, {1} layers', shape.architecture, shape.nLayers);
}

/** A row without what the lines above it say: `V[31]`. */
export function rowLabel(component: string): string {
  const bracket = component.indexOf('[');
  return component.slice(component.lastIndexOf('.', bracket) + 1);
}

/** Both lists of a row, and the side that it speaks for. */
type ListedRow = Pick<TableRow, 'speaks' | 'top' | 'bottom'>;

/** The words of a row that was read. */
export function wordsOf({ speaks, top, bottom }: ListedRow): RowWords {
  return speaks === 'bottom'
    ? { bottom: true, tokens: bottom, others: top }
    : { bottom: false, tokens: top, others: bottom };
}

/** The first words of a row; a minus stands before those of its bottom. */
export function rowDescription({ bottom, tokens }: RowWords): string {
  return `${bottom ? '− ' : ''}${shown(tokens.slice(0, TOKENS_IN_DESCRIPTION))}`;
}

/** All words that are known of a row. */
export function rowTooltip(component: string, { bottom, tokens, others }: RowWords): string {
  if (tokens.length === 0) return component;
  const sides = [vscode.l10n.t('Top'), vscode.l10n.t('Bottom')];
  const [side = '', other = ''] = bottom ? sides.reverse() : sides;
  const rest = others.length === 0 ? '' : `\n${other}: ${shown(others)}`;
  return `${component}\n${side}: ${shown(tokens)}${rest}`;
}

/** What a screen reader says of a row. */
export function rowSpoken(component: string, { bottom, tokens }: RowWords): string {
  if (tokens.length === 0) return component;
  const words = spoken(tokens.slice(0, TOKENS_IN_DESCRIPTION));
  return bottom
    ? vscode.l10n.t('{0}, bottom tokens {1}', component, words)
    : vscode.l10n.t('{0}, top tokens {1}', component, words);
}

/** A head's best pair: what it moves where. */
export function pairDescription({ row, column }: PairView): string {
  return `${displayText(row)} → ${displayText(column)}`;
}

/** A head's best pair in a sentence. */
export function pairTooltip(component: string, pair: PairView): string {
  return vscode.l10n.t('{0}, best pair: {1}', component, pairDescription(pair));
}

function shown(tokens: readonly ScoredToken[]): string {
  return tokens.map((token) => displayText(token)).join('  ');
}

/** Exact text without what is only seen. */
function spoken(tokens: readonly ScoredToken[]): string {
  return tokens.map((token) => token.text?.trim() ?? displayText(token)).join(', ');
}
