import path from 'node:path';
import type { AdapterSummary, ModelSummary } from '../protocol/modelSummary';

function adapterJson({ basePath, adapted, ranks, replaced }: AdapterSummary): object {
  return { base: basePath, tensors: adapted, ranks, replaced };
}

/** A model as every JSON answer states it, in the field's names. Keys that a model lacks are absent. */
export function modelJson(summary: ModelSummary): Record<string, unknown> {
  const { shape } = summary;
  const folder = path.dirname(summary.canonicalPath);
  const configs = summary.configPath === null ? [] : [summary.configPath];
  return {
    name: summary.name,
    architecture: summary.architecture,
    ...(shape === null
      ? {}
      : {
          n_layers: shape.nLayers,
          n_heads: shape.nHeads,
          n_kv_heads: shape.nKvHeads,
          d_model: shape.dModel,
          d_head: shape.dHead,
          d_head_qk: shape.dHead,
          d_head_v: shape.dHead,
          d_ff: shape.dFf,
          d_vocab: shape.dVocab,
          tied: shape.tied,
          gated: shape.gated,
          norm: shape.norm,
          norm_placement: shape.normPlacement,
          positions: shape.positions,
          experts: shape.experts,
        }),
    tokenizer: summary.tokenizer,
    ...(summary.adapter === undefined ? {} : { adapter: adapterJson(summary.adapter) }),
    chosen: {
      config: summary.chosenConfig ? summary.configPath : null,
      tokenizer: summary.chosenTokenizer ? summary.tokenizerPath : null,
    },
    files: [...summary.files, ...configs, ...summary.tokenizerFiles].map(
      (file) => path.relative(folder, file) || path.basename(file),
    ),
    parameters: summary.parameters,
    warnings: [
      ...[summary.architectureProblem, summary.tokenizerProblem].filter(
        (problem) => problem !== null,
      ),
      ...summary.warnings,
    ],
  };
}
