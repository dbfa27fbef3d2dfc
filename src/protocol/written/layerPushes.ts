/** What the changes of whole layers push, part by part. */
import type { LayerPush } from '../displacement';
import { codeTokens } from './beside';
import { pushJson } from './changeJson';
import { baseConstants, baseLines, type ComparedWithBase } from './changes';
import { optionsJson, sourceJson } from './json';
import { linesOf, type WrittenList } from './list';
import { code, tableLine } from './markdown';
import { decimal } from './numbers';
import { column, type Column } from './table';
import { quotedTokens } from './words';

const NORM_DIGITS = 4;

const COLUMNS: readonly Column<LayerPush>[] = [
  column('layer', 'integer', ({ layer }) => layer),
  column('part', 'string', ({ part }) => part),
  column('space', 'string', ({ space }) => space),
  column('rows', 'integer', ({ rows }) => rows),
  column('norm', 'number', ({ norm }) => norm),
  column('plus_z', 'number', ({ plus }) => plus[0]?.z ?? null),
  column('plus', 'string', ({ plus }) => quotedTokens(plus)),
  column('minus_z', 'number', ({ minus }) => minus[0]?.z ?? null),
  column('minus', 'string', ({ minus }) => quotedTokens(minus)),
];

/** What each part of a layer pushes up and down, with both models and options. */
export function layerPushesList(source: ComparedWithBase): WrittenList<LayerPush> {
  const constants = baseConstants(source);
  return {
    ...linesOf(COLUMNS, (push: LayerPush) => [push]),
    constants,
    markdownHead: [
      `# What the changes of whole layers push: ${code(source.summary.name)} against its base ${code(source.base.name)}`,
      '',
      ...baseLines(constants),
      '- z is that of the first token, against the same rows with random signs',
      '',
      tableLine(['Layer', 'Norm', 'z+', 'Pushed up', 'z−', 'Pushed down']),
      '|:--|--:|--:|:--|--:|:--|',
    ],
    markdown: ({ layer, part, norm, plus, minus }) => [
      tableLine([
        `L${String(layer)} ${part}`,
        decimal(norm, NORM_DIGITS),
        ...[decimal(plus[0]?.z ?? null, 1), codeTokens(plus)],
        ...[decimal(minus[0]?.z ?? null, 1), codeTokens(minus)],
      ]),
    ],
    facts: {
      model: sourceJson(source.base),
      tuned: sourceJson(source.summary),
      options: optionsJson(source.options),
    },
    json: { key: 'layers', item: pushJson },
  };
}
