/** Heads of the synthetic model: pairs of a few words, judged step by step. */
import { CancelledError } from '../../../src/core/errors';
import { headMatrixRef } from '../../../src/core/model/headMatrixId';
import type { EngineMethod, EngineParams, EngineResult } from '../../../src/protocol/engineApi';
import type { HeadOverview, PairView, UnreadableHead } from '../../../src/protocol/pairs';
import type { RowReading, TokenView } from '../../../src/protocol/reading';
import { chance } from './chance';
import type { Answer } from './panelHost';

type HeadMethod = Extract<EngineMethod, 'pairs' | 'headMap' | 'scanHeads' | 'directions'>;

const HEADS = 4;
const PAIRINGS = 10;
/** Tokens of either side: every pair of them has a score. */
const TOKENS: readonly TokenView[] = [
  { id: 537, text: ' she' },
  { id: 4420, text: 'she' },
  { id: 1119, text: ' She' },
  { id: 685, text: ' her' },
  { id: 3110, text: ' dog' },
  { id: 3111, text: ' dogs' },
  { id: 339, text: ' he' },
  { id: 12, text: '\n' },
  { id: 901, text: null, hex: 'e280' },
  { id: 1500, text: '中文' },
];
const NO_TOKENS_OMITTED = { undertrained: 227, special: 1, padding: 8, filter: 0 };

function likeness(row: TokenView, column: TokenView): PairView['likeness'] {
  if (row.id === column.id) return 'same';
  const [a, b] = [row, column].map(({ text }) => (text ?? '').trim().toLowerCase());
  return a === b && a !== '' ? 'case' : undefined;
}

function pairsOf(component: string): PairView[] {
  return TOKENS.flatMap((row) =>
    TOKENS.map((column): PairView => {
      const alike = likeness(row, column);
      const score = 30 * chance(`${component} ${String(row.id)} ${String(column.id)}`) - 10;
      return { row, column, score, ...(alike === undefined ? {} : { likeness: alike }) };
    }),
  ).sort((a, b) => b.score - a.score);
}

function unreadableHead(component: string): UnreadableHead {
  return { component, problem: `${component} holds weights that are NaN or infinite.` };
}

function overviewOf(component: string): HeadOverview {
  if (component === 'L3.H3.VO') {
    const problem = 'Weights of L3.H3.V are not finite: 2 are NaN. The head cannot be read.';
    return { component, statistics: null, best: [], problem };
  }
  return {
    component,
    statistics: {
      statistic: 5 + chance(component),
      z: 18 * chance(`${component} z`) - 2,
      pairings: 16,
      copying: { share: chance(`${component} copies`), control: 0.31 },
    },
    best: pairsOf(component).slice(0, 3),
  };
}

function named(asked: readonly string[] | undefined): (token: TokenView) => boolean {
  if (asked === undefined) return () => true;
  const wanted = asked.map((text) => {
    const token = TOKENS.find((each) => each.text === text || `#${String(each.id)}` === text);
    if (token === undefined) {
      const message = `"${text}" is no token of synthetic. Give the exact text, or an id such as #537.`;
      throw Object.assign(new Error(message), { reason: 'unknownToken' });
    }
    return token.id;
  });
  return ({ id }) => wanted.includes(id);
}

/** Answers for heads, and how their judging can be slowed down. */
export class SyntheticHeads {
  readonly judged = new Map<string, HeadOverview>();
  /** Heads whose weights are not finite. */
  readonly unreadable = new Set<string>();
  /** How long each pairing takes. */
  pairingMs = 0;

  constructor(private readonly read: (component: string, k: number) => RowReading) {}

  answer(method: HeadMethod, params: object, context: Parameters<Answer>[2]): Promise<unknown> {
    switch (method) {
      case 'headMap':
        return Promise.resolve({ heads: [...this.judged.values()] });
      case 'scanHeads':
        return this.#judge(params as EngineParams<'scanHeads'>, context);
      case 'pairs':
        return Promise.resolve().then(() => this.#pairs(params as EngineParams<'pairs'>));
      case 'directions':
        return Promise.resolve(this.#directions(params as EngineParams<'directions'>));
    }
  }

  async #judge(
    { components }: EngineParams<'scanHeads'>,
    { cancellation, onProgress }: Parameters<Answer>[2],
  ): Promise<EngineResult<'scanHeads'>> {
    for (let done = 1; done <= PAIRINGS; done += 1) {
      await new Promise((resolve) => setTimeout(resolve, this.pairingMs));
      if (cancellation.aborted) throw new CancelledError();
      onProgress({ method: 'scanHeads', done, total: PAIRINGS, unit: 'pairings' });
    }
    const ids = components.flatMap((component) =>
      component.includes('*')
        ? Array.from({ length: HEADS }, (_, head) => component.replace('*', String(head)))
        : [component],
    );
    const heads = ids.map(overviewOf);
    for (const head of heads) this.judged.set(head.component, head);
    return { heads };
  }

  #pairs({ components, options, passUnreadable }: EngineParams<'pairs'>): EngineResult<'pairs'> {
    const [broken] = components.filter((id) => this.unreadable.has(id)).map(unreadableHead);
    if (broken !== undefined && passUnreadable !== true) {
      throw Object.assign(new Error(broken.problem), { reason: 'nonFinite' });
    }
    const { rows, columns, threshold, negative, excludeSame, excludeCase, k } = options;
    const [isRow, isColumn] = [named(rows), named(columns)];
    return {
      unreadable: components.filter((id) => this.unreadable.has(id)).map(unreadableHead),
      rows: components
        .filter((id) => !this.unreadable.has(id))
        .map((component) => {
          const all = pairsOf(component)
            .filter(({ row, column }) => isRow(row) && isColumn(column))
            .filter((pair) => !(excludeSame && pair.likeness === 'same'))
            .filter((pair) => !(excludeCase && pair.likeness !== undefined));
          if (negative) all.reverse();
          const beyond = all.filter(
            ({ score }) =>
              threshold === undefined || (negative ? score < threshold : score > threshold),
          );
          return {
            ...{ component, rowSpace: 'input', columnSpace: 'output', exact: true, visited: 0.06 },
            ...(threshold === undefined ? {} : { count: beyond.length }),
            statistics: null,
            omitted: { rows: NO_TOKENS_OMITTED, columns: NO_TOKENS_OMITTED, pairs: 0 },
            top: beyond.slice(0, k),
            ...(headMatrixRef(component)?.kind === 'QK'
              ? { note: 'Exact at distance 0 only.' }
              : {}),
          };
        }),
    };
  }

  #directions({ components, options }: EngineParams<'directions'>): EngineResult<'directions'> {
    const [asked = ''] = components;
    const matrix = asked.replace(/\.S\[.*$/u, '');
    const [, start = '0', end = '1'] = /\[(\d+):(\d+)\]$/u.exec(asked) ?? [];
    const count = Math.min(Number(end), 8) - Number(start);
    return {
      rows: Array.from({ length: count }, (_, at) => {
        const component = `${matrix}.S[${String(Number(start) + at)}]`;
        return {
          component,
          sigma: 14 / (1 + Number(start) + at),
          degenerate: at === 2,
          left: this.read(`${component} left`, options.k),
          right: this.read(`${component} right`, options.k),
        };
      }),
    };
  }
}
