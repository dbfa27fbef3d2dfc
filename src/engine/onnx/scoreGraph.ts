import { float, graphOf, node } from './graphs';
import type { Graph, GraphNode, GraphValue } from './onnxGraph';

/** What a graph of scores does; each combination is a graph of its own. */
export interface ScoreGraphKind {
  readonly ranked: 'none' | 'plain' | 'centred';
  /** Whether ranked scores are multiplied by a scale per token. */
  readonly scaled: boolean;
  /** Whether each row's shift and part in the common directions are given. */
  readonly shifted: boolean;
  readonly moments: boolean;
  /** Whether some tokens may not be listed. */
  readonly filtered: boolean;
}

/** The tensor that holds the ranked scores. `shifted` lacks each row's shift, which must be added to what is read. */
export function rankedScores(kind: ScoreGraphKind): 'plain' | 'shifted' | 'centred' | 'scaled' {
  if (kind.scaled) {
    return 'scaled';
  }
  return kind.ranked === 'centred' ? 'centred' : kind.shifted ? 'shifted' : 'plain';
}

/** Sums of powers 1 to 4, of the shifted and of the centred scores. */
export const SUM_OUTPUTS = {
  shifted: ['shifted1', 'shifted2', 'shifted3', 'shifted4'],
  centred: ['centred1', 'centred2', 'centred3', 'centred4'],
} as const;

/**
 * Scores of `x` `[n, d]` against `tile` `[t, d]`, tokens first (`[t, n]`): the tile is then the left factor, which the
 * multiplication reads as it lies, and what is asked of a row is a sum or a maximum down its column.
 *
 * Inputs besides, where the kind has them: `shift` `[n]`, `common` `[n, r]`, `projections` `[t, r]`, `scale` `[t, 1]`,
 * `penalty` `[t, 1]` (minus infinity for tokens that may not be listed, else 0), `counted` `[1, t]`, `blocks` `[3]` (blocks,
 * tokens of each, n). Outputs: the ranked `scores` `[n, t]`, so that the tokens of a block lie side by side; of each block
 * the `best` and `worst` that may be listed, `[blocks, n]`; sums of powers `[1, n]`.
 */
export function scoreGraph(kind: ScoreGraphKind): Graph {
  const parts = [
    plainScores(kind),
    ...(needsCentred(kind) ? [CENTRED_SCORES] : []),
    ...(kind.ranked === 'none' ? [] : [ranking(kind)]),
    ...(kind.moments ? [powerSums('shifted'), powerSums('centred'), COUNTED] : []),
  ];
  return graphOf({
    inputs: parts.flatMap(({ inputs = [] }) => inputs),
    outputs: parts.flatMap(({ outputs = [] }) => outputs),
    nodes: parts.flatMap(({ nodes = [] }) => nodes),
  });
}

interface GraphPart {
  readonly inputs?: readonly GraphValue[];
  readonly outputs?: readonly GraphValue[];
  readonly nodes?: readonly GraphNode[];
}

function needsCentred({ ranked, moments }: ScoreGraphKind): boolean {
  return moments || ranked === 'centred';
}

/** `plain` Y and `shifted` Y - shift, whichever is needed. */
function plainScores(kind: ScoreGraphKind): GraphPart {
  const inputs = [float('x', 'n', 'd'), float('tile', 't', 'd')];
  const plain = node('Gemm', ['tile', 'x'], 'plain', { transB: 1 });
  if (!kind.shifted) {
    return { inputs, nodes: [plain] };
  }
  const both = kind.scaled && kind.ranked === 'plain';
  // The multiplication itself subtracts, which costs nothing.
  const shifted = node('Gemm', ['tile', 'x', 'shift'], 'shifted', { transB: 1, beta: MINUS_ONE });
  return {
    inputs: [...inputs, float('shift', 'n')],
    nodes: both ? [plain, node('Sub', ['plain', 'shift'], 'shifted')] : [shifted],
  };
}

const MINUS_ONE = { float: -1 };

/** `centred` Z = (Y - shift) - A P^T. */
const CENTRED_SCORES: GraphPart = {
  inputs: [float('common', 'n', 'r'), float('projections', 't', 'r')],
  nodes: [
    node('Gemm', ['projections', 'common', 'shifted'], 'centred', { transB: 1, alpha: MINUS_ONE }),
  ],
};

function ranking(kind: ScoreGraphKind): GraphPart {
  const ranked = rankedScores(kind);
  const source = kind.ranked === 'centred' ? 'centred' : 'plain';
  const [high, low] = kind.filtered ? ['high', 'low'] : [ranked, ranked];
  return {
    inputs: [
      ...(kind.scaled ? [float('scale', 't', 1)] : []),
      ...(kind.filtered ? [float('penalty', 't', 1)] : []),
      { name: 'blocks', type: 'int64', axes: [3] },
    ],
    outputs: [float('scores', 'n', 't'), float('best', 'b', 'n'), float('worst', 'b', 'n')],
    nodes: [
      ...(kind.scaled ? [node('Mul', [source, 'scale'], ranked)] : []),
      node('Transpose', [ranked], 'scores'),
      ...(kind.filtered
        ? [node('Add', [ranked, 'penalty'], high), node('Sub', [ranked, 'penalty'], low)]
        : []),
      ...extremes('ReduceMax', high, 'best'),
      ...extremes('ReduceMin', low, 'worst'),
    ],
  };
}

/** The extremes of blocks of scores. */
function extremes(op: 'ReduceMax' | 'ReduceMin', scores: string, output: string): GraphNode[] {
  const blocked = `${output}Blocked`;
  return [
    node('Reshape', [scores, 'blocks'], blocked),
    node(op, [blocked, 'axis1'], output, { keepdims: 0 }),
  ];
}

const COUNTED: GraphPart = { inputs: [float('counted', 1, 't')] };

/**
 * Sums over the counted tokens of the powers of some scores. Tokens that do not count are left out by the
 * weights of the sum, so that the scores themselves need no pass to blank them.
 */
function powerSums(scores: 'shifted' | 'centred'): GraphPart {
  const powers = [scores, `${scores}Square`, `${scores}Cube`, `${scores}Fourth`] as const;
  const [first, square, cube, fourth] = powers;
  return {
    outputs: SUM_OUTPUTS[scores].map((output) => float(output, 1, 'n')),
    nodes: [
      node('Mul', [first, first], square),
      node('Mul', [square, first], cube),
      node('Mul', [square, square], fourth),
      ...SUM_OUTPUTS[scores].map((output, i) =>
        node('MatMul', ['counted', powers[i] ?? first], output),
      ),
    ],
  };
}
