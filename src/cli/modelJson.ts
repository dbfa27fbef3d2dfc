import path from 'node:path';
import type { ModelSummary } from '../protocol/modelSummary';
import type { TokenView } from '../protocol/reading';

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

/** A token as every JSON answer states it: exact text, or bytes where they are no UTF-8. */
export function tokenJson(token: TokenView): Record<string, unknown> {
  return {
    id: token.id,
    token: token.text,
    ...(token.hex === undefined ? {} : { bytes: token.hex }),
    ...(token.special === true ? { special: true } : {}),
    ...(token.padding === true ? { padding: true } : {}),
  };
}
