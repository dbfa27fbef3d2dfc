/** The interaction matrices that a model's heads have. */
import { spanOf } from './componentSet';
import type { HeadMatrixPattern, HeadMatrixRef } from './headMatrixId';
import type { Transformer } from './transformer';

/** Every head that a pattern names, layer by layer. @throws VocabScopeError `unknownComponent` with what the model has instead. */
export function expandHeads(
  { shape, blocks }: Pick<Transformer, 'shape' | 'blocks'>,
  { kind, layer, head, text }: HeadMatrixPattern,
): readonly HeadMatrixRef[] {
  const layers = spanOf(layer, blocks.length, 'layer', text);
  const heads = spanOf(head, shape.nHeads, 'head', text);
  return Array.from({ length: layers.end - layers.start }, (_, i) =>
    Array.from({ length: heads.end - heads.start }, (__, j) => ({
      kind,
      layer: layers.start + i,
      head: heads.start + j,
    })),
  ).flat();
}

/** The numbers of the singular directions that a pattern names; their matrix has as many as its heads have dimensions. */
export function expandDirections(
  { shape }: Pick<Transformer, 'shape'>,
  { direction, text }: HeadMatrixPattern,
): readonly number[] {
  const pattern = direction ?? { type: 'range', range: { start: 0, end: null } };
  const { start, end } = spanOf(pattern, shape.dHead, 'singular direction', text);
  return Array.from({ length: end - start }, (_, i) => start + i);
}
