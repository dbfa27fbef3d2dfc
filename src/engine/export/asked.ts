import { everyRowOf } from '../../core/model/componentId';
import { listMatrices } from '../../core/model/componentSet';
import { namesDirections, namesHeads } from '../../core/model/headMatrixId';
import { EVERY_ROW, type ExportParams } from '../../protocol/export';
import type { PairOptions } from '../../protocol/pairs';
import type { Reading } from '../../protocol/written/readings';
import type { ReadingKind } from '../../protocol/written/table';
import type { WorkContext } from '../context';
import type { OpenModel } from '../model/openModel';
import { askedDirections, readDirectionBatches } from '../pairs/readDirections';
import { askedHeads } from '../pairs/askedHeads';
import { requireDistance } from '../pairs/headHalves';
import { readHeads } from '../pairs/readPairs';
import { askedRows, readRowBatches } from '../reading/readComponents';

/** Neighbouring components of one kind: found to exist, counted, read when they are asked for. */
export interface AskedPart {
  readonly kind: ReadingKind;
  readonly count: number;
  read(context: WorkContext): AsyncIterable<readonly Reading[]>;
}

function kindOfComponent(text: string): ReadingKind {
  if (namesDirections(text)) {
    return 'directions';
  }
  return namesHeads(text) ? 'heads' : 'rows';
}

/** Every table of a model, as patterns; rows of U only where they are no rows of E. */
function everyRow(model: OpenModel): readonly string[] {
  const { transformer } = model.ready();
  return listMatrices(transformer)
    .filter(({ ref }) => ref.kind !== 'U' || transformer.shape.tied === false)
    .map(({ ref }) => everyRowOf(ref));
}

function askedPart(
  model: OpenModel,
  kind: ReadingKind,
  components: readonly string[],
  { options, pairStatistics }: ExportParams,
  pairOptions: PairOptions,
): AskedPart {
  switch (kind) {
    case 'rows': {
      const rows = askedRows(model, components);
      const read: AskedPart['read'] = (context) =>
        readRowBatches(model, rows, options, true, context);
      return { kind, count: rows.count, read };
    }
    case 'directions': {
      const directions = askedDirections(model, components);
      const read: AskedPart['read'] = (context) =>
        readDirectionBatches(model, directions, options, context);
      return { kind, count: directions.count, read };
    }
    case 'heads': {
      const heads = askedHeads(model, components);
      const statistics = pairStatistics !== false;
      return {
        kind,
        count: heads.length,
        async *read(context) {
          for await (const reading of readHeads(model, heads, pairOptions, statistics, context)) {
            yield [reading];
          }
        },
      };
    }
  }
}

/** What an export asks for, in its order. @throws VocabScopeError `unknownComponent`, `deltaRefused` */
export function askedParts(
  model: OpenModel,
  params: ExportParams,
  pairOptions: PairOptions,
): readonly AskedPart[] {
  const components = params.components.flatMap((text) =>
    text.trim() === EVERY_ROW ? everyRow(model) : [text],
  );
  const runs: { kind: ReadingKind; components: string[] }[] = [];
  for (const text of components) {
    const kind = kindOfComponent(text);
    const last = runs.at(-1);
    if (last?.kind === kind) {
      last.components.push(text);
    } else {
      runs.push({ kind, components: [text] });
    }
  }
  const heads = runs.filter(({ kind }) => kind === 'heads').flatMap((run) => run.components);
  if (heads.length > 0) {
    requireDistance(model, askedHeads(model, heads), pairOptions.delta);
  }
  return runs.map((run) => askedPart(model, run.kind, run.components, params, pairOptions));
}
