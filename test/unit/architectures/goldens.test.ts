import { existsSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { resolveTransformer } from '../../../src/core/architectures/resolve';
import type { Transformer } from '../../../src/core/model/transformer';
import {
  FAMILIES,
  familyFolder,
  familyGoldens,
  SAMPLE_FOLDER,
  sameSide,
  sampleGoldens,
  type GoldenRow,
  type Goldens,
} from '../../support/goldens';
import { ReferenceReader } from './support/referenceReader';
import { readConfigOf, readWeights, type Weights } from './support/weights';

interface Case {
  readonly weights: Weights;
  readonly transformer: Transformer;
  readonly goldens: Goldens;
}

function open(folder: string, goldens: Goldens): Case {
  const weights = readWeights(folder);
  return {
    weights,
    transformer: resolveTransformer(readConfigOf(folder), weights.tensors),
    goldens,
  };
}

/** `info` as the goldens print it. */
function infoOf({ shape }: Transformer): Readonly<Record<string, unknown>> {
  return {
    architecture: shape.architecture,
    n_layers: shape.nLayers,
    n_heads: shape.nHeads,
    n_kv_heads: shape.nKvHeads,
    d_model: shape.dModel,
    d_head: shape.dHead,
    d_ff: shape.dFf,
    d_vocab: shape.dVocab,
    tied: shape.tied,
    gated: shape.gated,
    norm: shape.norm,
    norm_placement: shape.normPlacement,
    positions: shape.positions,
    experts: shape.experts,
  };
}

function differences(reader: ReferenceReader, rows: readonly GoldenRow[]): readonly string[] {
  return rows.flatMap((golden) => {
    const reading = reader.read(golden.component, golden.top.length);
    const norm =
      Math.abs(reading.norm - golden.norm) > 1e-7 * golden.norm ? `norm ${reading.norm}` : null;
    return [norm, sameSide(reading.top, golden.top), sameSide(reading.bottom, golden.bottom)]
      .filter((difference) => difference !== null)
      .map((difference) => `${golden.component}: ${difference}`);
  });
}

const CASES: readonly (readonly [string, () => Case])[] = [
  ...FAMILIES.map(
    (family) => [family, () => open(familyFolder(family), familyGoldens(family))] as const,
  ),
  ['the sample', () => open(SAMPLE_FOLDER, sampleGoldens())],
];

describe.each(CASES)('%s', (_, openCase) => {
  const { weights, transformer, goldens } = openCase();

  it('has the described sizes and kinds, and nothing to warn of', () => {
    expect(infoOf(transformer)).toEqual(goldens.info);
    expect(transformer.warnings).toEqual([]);
  });

  it('holds its rows where the views say', () => {
    const reader = new ReferenceReader(transformer, weights, 'none');
    expect(goldens.tokens.length).toBeGreaterThan(20);
    expect(differences(reader, goldens.tokens)).toEqual([]);
  });

  it('has the norms that folding uses, or says why it has none', () => {
    if (goldens.fold_refused === true) {
      expect(transformer.foldRefusal).toMatch(/post-norm.*cannot be folded/u);
    } else {
      const reader = new ReferenceReader(transformer, weights, 'norms');
      expect(transformer.foldRefusal).toBeUndefined();
      expect(differences(reader, goldens.folded ?? [])).toEqual([]);
    }
  });
});

const SENTIMENT = path.resolve(
  import.meta.dirname,
  '../../../../shared/checkpoints/film-a-sentiment',
);

describe.skipIf(!existsSync(SENTIMENT))('a trained classifier (skipped without it)', () => {
  it('is its base model with a row for each label', () => {
    const { tensors } = readWeights(SENTIMENT);
    const transformer = resolveTransformer(readConfigOf(SENTIMENT), tensors);
    expect(infoOf(transformer)).toEqual(sampleGoldens().info);
    expect(transformer.classifier?.labels).toEqual(['NEGATIVE', 'POSITIVE']);
    expect(transformer.classifier?.W).toMatchObject({ tensor: 'score.weight', rows: 2, cols: 128 });
    expect(transformer.warnings).toEqual([]);
  });
});
