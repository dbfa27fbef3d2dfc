import { formatMatrixId } from '../../core/model/componentId';
import { listMatrices } from '../../core/model/componentSet';
import type { Transformer } from '../../core/model/transformer';
import type { Vocabulary } from '../../core/tokenizer/vocabulary';
import type { Checkpoint } from '../../formats/checkpoint';
import type { ModelLocation } from '../../formats/locateModel';
import type { ConfigEntries } from '../../formats/readConfig';
import type { AdapterSummary, MatrixSummary, ModelSummary } from '../../protocol/modelSummary';
import type { Found } from './companions';

export interface SummaryInput {
  readonly handle: string;
  readonly location: ModelLocation;
  readonly checkpoint: Checkpoint;
  readonly config: Found<ConfigEntries>;
  readonly architecture: string | null;
  readonly transformer: Found<Transformer>;
  readonly tokenizer: Found<Vocabulary>;
  readonly tokenizerFiles: readonly string[];
  readonly chosenConfig: boolean;
  readonly chosenTokenizer: boolean;
  readonly offeredConfig: string | null;
  readonly offeredTokenizer: string | null;
  readonly parameters: number;
  readonly warnings: readonly string[];
}

function matrixSummaries(transformer: Transformer): MatrixSummary[] {
  return listMatrices(transformer).map(({ ref, rows }) => ({
    id: formatMatrixId(ref),
    kind: ref.kind,
    ...(ref.layer === undefined ? {} : { layer: ref.layer }),
    rows,
  }));
}

function adapterSummary({ adaptation }: Checkpoint): { adapter?: AdapterSummary } {
  if (adaptation === undefined) {
    return {};
  }
  const ranks = [...new Set(adaptation.lowRank.values())].sort((a, b) => a - b);
  return {
    adapter: {
      basePath: adaptation.basePath,
      adapted: adaptation.lowRank.size,
      ranks,
      replaced: adaptation.replaced.size,
    },
  };
}

/** Rows of W_E without a token. */
function countPadding(transformer: Transformer, vocabulary: Vocabulary): number {
  let padding = 0;
  for (let id = 0; id < transformer.shape.dVocab; id += 1) {
    padding += vocabulary.token(id) === undefined ? 1 : 0;
  }
  return padding;
}

function sizeWarnings(transformer: Transformer | null, vocabulary: Vocabulary | null): string[] {
  if (transformer === null || vocabulary === null) {
    return [];
  }
  const { dVocab } = transformer.shape;
  return vocabulary.idLimit > dVocab
    ? [
        `The tokenizer has ids up to ${String(vocabulary.idLimit - 1)}, the embedding ${String(dVocab)} rows: tokens beyond have no row and are left out.`,
      ]
    : [];
}

function withOffer(problem: string | null, offered: string | null): string | null {
  return problem === null || offered === null ? problem : `${problem} ${offered} fits.`;
}

/** What a person and every further request need to know of an opened model. */
export function summariseModel(input: SummaryInput): ModelSummary {
  const { location, checkpoint, tokenizer } = input;
  const transformer = input.transformer.value;
  const vocabulary = tokenizer.value;
  return {
    model: input.handle,
    name: location.name,
    canonicalPath: location.canonicalPath,
    files: checkpoint.files,
    configPath: input.config.path,
    tokenizerPath: tokenizer.path,
    tokenizerFiles: input.tokenizerFiles,
    chosenConfig: input.chosenConfig,
    chosenTokenizer: input.chosenTokenizer,
    offeredConfig: input.offeredConfig,
    offeredTokenizer: input.offeredTokenizer,
    format: checkpoint.format,
    ...adapterSummary(checkpoint),
    architecture: input.architecture,
    shape: transformer?.shape ?? null,
    architectureProblem: withOffer(input.transformer.problem, input.offeredConfig),
    tokenizer: vocabulary === null ? null : { kind: vocabulary.kind, size: vocabulary.size },
    tokenizerProblem: withOffer(tokenizer.problem, input.offeredTokenizer),
    paddingRows:
      transformer === null || vocabulary === null ? 0 : countPadding(transformer, vocabulary),
    foldRefusal: transformer?.foldRefusal ?? null,
    matrices: transformer === null ? [] : matrixSummaries(transformer),
    labels: transformer?.classifier?.labels ?? [],
    tensorCount: checkpoint.tensors.size,
    parameters: input.parameters,
    warnings: [
      ...checkpoint.warnings,
      ...(transformer?.warnings ?? []),
      ...(vocabulary?.warnings ?? []),
      ...sizeWarnings(transformer, vocabulary),
      ...input.warnings,
    ],
  };
}
