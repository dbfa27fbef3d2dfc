import type { ModelShape } from '../../src/core/model/transformer';
import type { ModelSummary } from '../../src/protocol/modelSummary';
import type { RowReading } from '../../src/protocol/reading';
import { DEFAULT_VIEW_OPTIONS } from '../../src/core/projection/options';

export const OPTIONS = DEFAULT_VIEW_OPTIONS;

export const SHAPE: ModelShape = {
  architecture: 'llama',
  nLayers: 2,
  nHeads: 4,
  nKvHeads: 2,
  dModel: 32,
  dHead: 8,
  dFf: 64,
  dVocab: 100,
  tied: false,
  gated: true,
  norm: 'rmsnorm',
  normPlacement: 'pre',
  positions: 'rotary',
  experts: 0,
};

/** Two layers, four query heads in two groups of d_head 8, a classifier. */
export const SUMMARY: ModelSummary = {
  model: 'm',
  name: 'tiny',
  canonicalPath: '/m/model.safetensors',
  files: ['/m/model.safetensors'],
  configPath: '/m/config.json',
  tokenizerPath: '/elsewhere/tokenizer.json',
  tokenizerFiles: ['/elsewhere/tokenizer.json'],
  chosenConfig: false,
  chosenTokenizer: true,
  offeredConfig: null,
  offeredTokenizer: null,
  format: 'safetensors',
  architecture: 'llama',
  shape: SHAPE,
  architectureProblem: null,
  tokenizer: { kind: 'bpe', size: 100 },
  tokenizerProblem: null,
  paddingRows: 0,
  foldRefusal: null,
  matrices: [
    { id: 'E', kind: 'E', rows: 100 },
    { id: 'U', kind: 'U', rows: 100 },
    ...[0, 1].flatMap((layer) => [
      { id: `L${layer}.FF.K`, kind: 'FF.K' as const, layer, rows: 64 },
      { id: `L${layer}.FF.Up`, kind: 'FF.Up' as const, layer, rows: 64 },
      { id: `L${layer}.FF.V`, kind: 'FF.V' as const, layer, rows: 64 },
      { id: `L${layer}.Q`, kind: 'Q' as const, layer, rows: 32 },
      { id: `L${layer}.K`, kind: 'K' as const, layer, rows: 16 },
      { id: `L${layer}.V`, kind: 'V' as const, layer, rows: 16 },
      { id: `L${layer}.O`, kind: 'O' as const, layer, rows: 32 },
    ]),
    { id: 'C', kind: 'C', rows: 2 },
  ],
  labels: ['NEGATIVE', 'A [good] one'],
  tensorCount: 21,
  parameters: 1_234_567,
  warnings: [],
};

/** A reading of a row that stands out on its bottom side. */
export const READING: RowReading = {
  component: 'L1.FF.V[31]',
  space: 'output',
  norm: 2.41,
  nonFinite: 0,
  omitted: { undertrained: 227, special: 0, padding: 0, filter: 0 },
  mean: 0.1,
  std: 0.5,
  skewness: -1.2,
  kurtosis: 30,
  kurtosisCentered: 33,
  z: 41.2,
  speaks: 'bottom',
  top: [
    { id: 5, text: ' she', score: 4.21 },
    { id: 6, text: 'a|`b', score: 4.05 },
  ],
  bottom: [
    { id: 7, text: '\n', score: -4.5 },
    { id: 8, text: null, hex: 'e280', score: -4.4 },
    { id: 9, text: null, padding: true, score: -4.3 },
  ],
};
