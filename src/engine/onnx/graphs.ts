import type { PairKey } from '../../core/projection/pairs/pairKey';
import type { Graph, GraphNode, GraphValue } from './onnxGraph';

/** A float32 input or output. */
export function float(name: string, ...axes: (string | number)[]): GraphValue {
  return { name, type: 'float32', axes };
}

/** A node with one output. */
export function node(
  op: string,
  inputs: string[],
  output: string,
  attributes?: GraphNode['attributes'],
): GraphNode {
  return { op, inputs, outputs: [output], ...(attributes === undefined ? {} : { attributes }) };
}

/** The first and the second axis, as inputs of reductions. */
const AXES = [
  { name: 'axis0', values: [0] },
  { name: 'axis1', values: [1] },
];

/** A graph with the axes that its nodes name. */
export function graphOf({ inputs, outputs, nodes }: Omit<Graph, 'constants'>): Graph {
  const constants = AXES.filter(({ name }) => nodes.some((each) => each.inputs.includes(name)));
  return { inputs, outputs, nodes, constants };
}

/** `Y = A B^T`: `a` `[n, d]`, `b` `[m, d]`. */
export const MULTIPLY_TRANSPOSED = graphOf({
  inputs: [float('a', 'n', 'd'), float('b', 'm', 'd')],
  outputs: [float('y', 'n', 'm')],
  nodes: [node('Gemm', ['a', 'b'], 'y', { transB: 1 })],
});

const SELECTIONS: readonly GraphValue[] = [
  float('a', 'all', 'd'),
  { name: 'aRows', type: 'int32', axes: ['n'] },
  float('b', 'others', 'd'),
  { name: 'bRows', type: 'int32', axes: ['m'] },
];

/** `A B^T` of the rows `aRows` `[n]` of `a` and `bRows` `[m]` of `b`. */
function productOfSelections(output: string): readonly GraphNode[] {
  return [
    node('Gather', ['a', 'aRows'], 'left'),
    node('Gather', ['b', 'bRows'], 'right'),
    node('Gemm', ['left', 'right'], output, { transB: 1 }),
  ];
}

/** `y` `[n, m]`: `A B^T` of some rows. */
export const MULTIPLY_SELECTED = graphOf({
  inputs: SELECTIONS,
  outputs: [float('y', 'n', 'm')],
  nodes: productOfSelections('y'),
});

/** `y` `[n]`: the largest element of each row of `A B^T`, of its negative or its magnitudes, of some rows. */
export function rowMaximaGraph(key: PairKey): Graph {
  const changes = {
    highest: [],
    lowest: [node('Neg', ['product'], 'keys')],
    magnitude: [node('Abs', ['product'], 'keys')],
  };
  const keys = key === 'highest' ? 'product' : 'keys';
  return graphOf({
    inputs: SELECTIONS,
    outputs: [float('y', 'n')],
    nodes: [
      ...productOfSelections('product'),
      ...changes[key],
      node('ReduceMax', [keys, 'axis1'], 'y', { keepdims: 0 }),
    ],
  });
}

/**
 * Magnitudes of `A B^T` reduced both ways; `a` `[n, d]`, `b` `[m, d]`. The maximum over all rows at once walks down the
 * columns of the product, at half the cost of the product itself: it is taken in `groups` `[g, n / g, m]` of rows first,
 * row beside row.
 */
export const MAGNITUDES = graphOf({
  inputs: [
    float('a', 'n', 'd'),
    float('b', 'm', 'd'),
    { name: 'groups', type: 'int64', axes: [3] },
  ],
  outputs: [float('rowMaxima', 'n'), float('columnMaxima', 'm'), float('rowSums', 'n')],
  nodes: [
    node('Gemm', ['a', 'b'], 'product', { transB: 1 }),
    node('Abs', ['product'], 'sizes'),
    node('ReduceMax', ['sizes', 'axis1'], 'rowMaxima', { keepdims: 0 }),
    node('Reshape', ['sizes', 'groups'], 'grouped'),
    node('ReduceMax', ['grouped', 'axis1'], 'groupMaxima', { keepdims: 0 }),
    node('ReduceMax', ['groupMaxima', 'axis0'], 'columnMaxima', { keepdims: 0 }),
    node('ReduceSum', ['sizes', 'axis1'], 'rowSums', { keepdims: 0 }),
  ],
});

/** `y`: squared norms of the rows of `tile` `[t, d]`. */
export const ROW_SQUARES = graphOf({
  inputs: [float('tile', 't', 'd')],
  outputs: [float('y', 't')],
  nodes: [node('ReduceSumSquare', ['tile', 'axis1'], 'y', { keepdims: 0 })],
});

/** `y`: squared norms of the rows of `tile by^T`; `tile` `[t, d]`, `by` `[m, d]`. */
export const PRODUCT_ROW_SQUARES = graphOf({
  inputs: [float('tile', 't', 'd'), float('by', 'm', 'd')],
  outputs: [float('y', 't')],
  nodes: [
    node('Gemm', ['tile', 'by'], 'product', { transB: 1 }),
    node('ReduceSumSquare', ['product', 'axis1'], 'y', { keepdims: 0 }),
  ],
});

/** `y`: sums over the rows of `x` `[n, d]` of |scores| against `tile` `[t, d]`. */
export const ABSOLUTE_SUMS = graphOf({
  inputs: [float('x', 'n', 'd'), float('tile', 't', 'd')],
  outputs: [float('y', 't')],
  nodes: [
    node('Gemm', ['tile', 'x'], 'scores', { transB: 1 }),
    node('ReduceL1', ['scores', 'axis1'], 'y', { keepdims: 0 }),
  ],
});

/** `y = A^T B`: `a` `[n, p]`, `b` `[n, q]`. */
export const GRAM = graphOf({
  inputs: [float('a', 'n', 'p'), float('b', 'n', 'q')],
  outputs: [float('y', 'p', 'q')],
  nodes: [node('Gemm', ['a', 'b'], 'y', { transA: 1 })],
});

const FLOAT32 = 1;
const FLOAT64 = 11;

/** `y = A^T B` in float64: `a` `[n, p]`, `b` `[n, q]` float32. */
export const GRAM_DOUBLE = graphOf({
  inputs: [float('a', 'n', 'p'), float('b', 'n', 'q')],
  outputs: [{ name: 'y', type: 'float64', axes: ['p', 'q'] }],
  nodes: [
    node('Cast', ['a'], 'aDouble', { to: FLOAT64 }),
    node('Cast', ['b'], 'bDouble', { to: FLOAT64 }),
    node('Gemm', ['aDouble', 'bDouble'], 'y', { transA: 1 }),
  ],
});

/**
 * The `k` `[1]` highest and lowest of each row of `best` and `worst` `[b, n]`, sorted: `high`, `low` `[n, k]`, and their
 * places, as float32.
 */
export const SELECT_BLOCKS = graphOf({
  inputs: [
    float('best', 'b', 'n'),
    float('worst', 'b', 'n'),
    { name: 'k', type: 'int64', axes: [1] },
  ],
  outputs: [
    float('high', 'n', 'k'),
    float('highPlaces', 'n', 'k'),
    float('low', 'n', 'k'),
    float('lowPlaces', 'n', 'k'),
  ],
  nodes: [...selection('best', 'high', 1), ...selection('worst', 'low', 0)],
});

function selection(extremes: string, output: string, largest: 0 | 1): GraphNode[] {
  return [
    node('Transpose', [extremes], `${extremes}ByRow`),
    {
      op: 'TopK',
      inputs: [`${extremes}ByRow`, 'k'],
      outputs: [output, `${output}Indices`],
      attributes: { largest },
    },
    node('Cast', [`${output}Indices`], `${output}Places`, { to: FLOAT32 }),
  ];
}
