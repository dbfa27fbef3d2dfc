import type { TensorChange } from '../../core/analysis/tensorChange';
import { checkCancelled } from '../../core/errors';
import type { ReadingOptions } from '../../core/projection/options';
import type { HeadPair, RowPair } from '../../protocol/alignment';
import type { LayerPush } from '../../protocol/displacement';
import type { EngineMethod, EngineParams, EngineResult } from '../../protocol/engineApi';
import type { Comparison, ComparisonOf } from '../../protocol/export';
import type { ModelSummary } from '../../protocol/modelSummary';
import { alignedHeadsList } from '../../protocol/written/alignedHeads';
import { alignedRowsList } from '../../protocol/written/alignedRows';
import {
  alignmentList,
  matricesOf,
  type AlignmentSource,
  type NamedMatrix,
} from '../../protocol/written/alignment';
import {
  changedRowsOf,
  changesList,
  type ChangedRow,
  type ComparedWithBase,
} from '../../protocol/written/changes';
import { layerPushesList } from '../../protocol/written/layerPushes';
import type { WrittenList } from '../../protocol/written/list';
import { stepLines, stepsList, type StepLine } from '../../protocol/written/steps';
import { tensorChangesList } from '../../protocol/written/tensorChanges';
import type { WorkContext } from '../context';
import { MAX_LISTED_TOKENS } from '../reading/readComponents';

/** Items that are read, written and forgotten together. */
const PAGE_ITEMS = 256;

/** Readings of the other model that a row may stand beside: the nearest, and the one assigned. */
const OTHERS = 2;

/** Rows of a page: fewer where their lists are long. */
function pageRows({ k }: ReadingOptions): number {
  return Math.max(1, Math.min(PAGE_ITEMS, Math.floor(MAX_LISTED_TOKENS / (OTHERS * k))));
}

type Methods<Some extends EngineMethod> = {
  readonly [M in Some]: (params: EngineParams<M>, context: WorkContext) => Promise<EngineResult<M>>;
};

/** What comparisons are asked of: the engine's own methods, and what it has open. */
export interface Comparing extends Methods<
  | 'align'
  | 'alignRows'
  | 'alignHeads'
  | 'diff'
  | 'diffRows'
  | 'diffTensors'
  | 'diffLayers'
  | 'steps'
> {
  readonly summaryOf: (model: string) => ModelSummary;
}

/** A list and its items, which come in batches. */
export interface Listed<Item> {
  readonly list: WrittenList<Item>;
  readonly items: AsyncIterable<readonly Item[]>;
}

/** Takes a list of whatever items. */
export type ListWriter = <Item>(listed: Listed<Item>) => Promise<number>;

interface Page<Item> {
  readonly items: readonly Item[];
  readonly total: number;
}

/** Says nothing of a page's own work, which begins anew on every page. */
function quiet(context: WorkContext): WorkContext {
  return { ...context, onProgress: () => undefined };
}

/**
 * The first page, and with it all others, each read when the one before is written. The first says what it does, which
 * may take long; from then on progress counts what is written.
 */
async function pagesOf<Item, Facts>(
  ask: (start: number, context: WorkContext) => Promise<Page<Item> & Facts>,
  unit: string,
  context: WorkContext,
): Promise<{ first: Page<Item> & Facts; items: AsyncIterable<readonly Item[]> }> {
  const { cancellation, onProgress } = context;
  const first = await ask(0, context);
  async function* items(): AsyncGenerator<readonly Item[]> {
    const { total } = first;
    let done = 0;
    for (
      let page: Page<Item> = first;
      page.items.length > 0;
      page = await ask(done, quiet(context))
    ) {
      yield page.items;
      checkCancelled(cancellation);
      done += page.items.length;
      onProgress({ done, total, unit });
      if (done >= total) return;
    }
  }
  return { first, items: items() };
}

async function* once<Item>(items: readonly Item[]): AsyncGenerator<readonly Item[]> {
  yield await Promise.resolve(items);
}

type Of<What extends Comparison['what']> = ComparisonOf<What> & {
  readonly model: string;
};

function alignmentSource(
  { summaryOf }: Comparing,
  { model, other, excludeUndertrained }: Of<'alignedLayers' | 'alignedRows' | 'alignedHeads'>,
): AlignmentSource {
  return { summary: summaryOf(model), other: summaryOf(other), excludeUndertrained };
}

function besideBase(
  { summaryOf }: Comparing,
  { model, other }: { readonly model: string; readonly other: string },
): Pick<ComparedWithBase, 'summary' | 'base'> {
  return { summary: summaryOf(model), base: summaryOf(other) };
}

async function alignedLayers(
  comparing: Comparing,
  asked: Of<'alignedLayers'>,
  context: WorkContext,
): Promise<Listed<NamedMatrix>> {
  const found = await comparing.align(
    { ...asked, spaces: ['embedding', 'feature', 'shuffled'] },
    context,
  );
  return {
    list: alignmentList(found, alignmentSource(comparing, asked)),
    items: once(matricesOf(found)),
  };
}

async function alignedRows(
  comparing: Comparing,
  asked: Of<'alignedRows'>,
  context: WorkContext,
): Promise<Listed<RowPair>> {
  const { first, items } = await pagesOf(
    async (start, asking) => {
      const { rows, ...facts } = await comparing.alignRows(
        { ...asked, start, count: pageRows(asked.options) },
        asking,
      );
      return { items: rows, ...facts };
    },
    'rows',
    context,
  );
  const list = alignedRowsList(first, { ...asked, ...alignmentSource(comparing, asked) });
  return { list, items };
}

async function alignedHeads(
  comparing: Comparing,
  asked: Of<'alignedHeads'>,
  context: WorkContext,
): Promise<Listed<HeadPair>> {
  const found = await comparing.alignHeads(asked, context);
  const list = alignedHeadsList(found, asked.kind, alignmentSource(comparing, asked));
  return { list, items: once(found.rows) };
}

async function changedRows(
  comparing: Comparing,
  asked: Of<'changedRows'>,
  context: WorkContext,
): Promise<Listed<ChangedRow>> {
  const { model, other } = asked;
  const result = await comparing.diff({ model, other }, context);
  const { first, items } = await pagesOf(
    async (start, asking) => {
      const page = await comparing.diffRows(
        { ...asked, start, count: pageRows(asked.options), readings: true },
        asking,
      );
      return { items: changedRowsOf(page), total: page.total };
    },
    'rows',
    context,
  );
  const source = { ...asked, ...besideBase(comparing, asked), matrix: asked.matrix ?? null };
  return { list: changesList(result, first.total, source), items };
}

async function changedTensors(
  comparing: Comparing,
  asked: Of<'changedTensors'>,
  context: WorkContext,
): Promise<Listed<TensorChange>> {
  const { model, other } = asked;
  const result = await comparing.diff({ model, other }, context);
  const { items } = await pagesOf(
    async (start, asking) => {
      const page = { changedOnly: true, start, count: PAGE_ITEMS };
      const { rows, total } = await comparing.diffTensors({ model, other, ...page }, asking);
      return { items: rows, total };
    },
    'tensors',
    context,
  );
  return { list: tensorChangesList(result, besideBase(comparing, asked)), items };
}

async function layerPushes(
  comparing: Comparing,
  asked: Of<'layerPushes'>,
  context: WorkContext,
): Promise<Listed<LayerPush>> {
  const { rows } = await comparing.diffLayers(asked, context);
  const source = { ...besideBase(comparing, asked), options: asked.options };
  return { list: layerPushesList(source), items: once(rows) };
}

async function steps(
  comparing: Comparing,
  asked: Of<'steps'>,
  context: WorkContext,
): Promise<Listed<readonly StepLine[]>> {
  const found = await comparing.steps(asked, context);
  const { summaryOf } = comparing;
  const models = asked.steps.map(summaryOf);
  const list = stepsList(found, {
    summary: summaryOf(asked.model),
    models,
    options: asked.options,
  });
  return { list, items: once(stepLines(found)) };
}

/**
 * Asks for what is to be written and gives it to `write`.
 * @returns what `write` does
 * @throws what the comparison throws
 */
export async function listComparison(
  comparing: Comparing,
  asked: Comparison & { readonly model: string },
  write: ListWriter,
  context: WorkContext,
): Promise<number> {
  switch (asked.what) {
    case 'alignedLayers':
      return write(await alignedLayers(comparing, asked, context));
    case 'alignedRows':
      return write(await alignedRows(comparing, asked, context));
    case 'alignedHeads':
      return write(await alignedHeads(comparing, asked, context));
    case 'changedRows':
      return write(await changedRows(comparing, asked, context));
    case 'changedTensors':
      return write(await changedTensors(comparing, asked, context));
    case 'layerPushes':
      return write(await layerPushes(comparing, asked, context));
    case 'steps':
      return write(await steps(comparing, asked, context));
  }
}
