/** What training changed in the synthetic model: all feed-forward rows of two layers, and a new classifier. */
import type { TensorChange } from '../../../src/core/analysis/tensorChange';
import { CancelledError } from '../../../src/core/errors';
import type {
  DiffResult,
  LayerPush,
  RowBesideBase,
  RowChange,
  TableChange,
} from '../../../src/protocol/displacement';
import type { EngineMethod, EngineParams, EngineResult } from '../../../src/protocol/engineApi';
import type { MatrixSummary } from '../../../src/protocol/modelSummary';
import { chance } from './chance';
import type { Answer } from './panelHost';
import { read, tokens } from './syntheticRows';

type ChangeMethod = Extract<
  EngineMethod,
  'diff' | 'diffRows' | 'diffComponents' | 'diffLayers' | 'diffTensors'
>;
type Context = Parameters<Answer>[2];

const STEPS = 4;
const CLASSES = ['NEGATIVE', 'POSITIVE'];
const CHANGED = /^L[12]\.FF|^L3\.[VO]$/u;

function changeOf(component: string, k: number): RowChange {
  const isNew = component.startsWith('C[');
  const norm = 3 * chance(`${component} change`) ** 2;
  const { omitted, space, ...reading } = read(component, k);
  const { mean, std, skewness, kurtosis, kurtosisCentered, speaks } = reading;
  return {
    ...{ component, space, omitted, norm, isNew, nonFinite: 0 },
    relative: isNew ? null : norm / 1.5,
    ...{ mean, std, skewness, kurtosis, kurtosisCentered, speaks },
    z: 30 * chance(`${component} change z`) ** 4,
    plus: tokens(`${component} change`, 1, k),
    minus: tokens(`${component} change`, -1, k),
  };
}

function readingsOf(rows: readonly RowChange[], k: number): readonly RowBesideBase[] {
  return rows.map(({ component, isNew }) => ({
    base: isNew ? null : read(component, k),
    tuned: { ...read(component, k), top: tokens(`${component} now`, 1, k) },
  }));
}

/** A new one, and those of the layers that changed. */
function changedTensors(): readonly TensorChange[] {
  const names = Array.from(
    { length: 36 },
    (_, i) => `transformer.h.${String(i % 3)}.tensor.${String(i)}`,
  );
  return [
    { tensor: 'score.weight', status: 'new', share: null, norm: null, relative: null },
    ...names.map((tensor): TensorChange => {
      const relative = chance(`${tensor} change`);
      return { tensor, status: 'changed', share: 1, norm: 10 * relative, relative };
    }),
  ];
}

function pushOf(layer: number, part: LayerPush['part'], k: number): LayerPush {
  const key = `L${String(layer)} ${part}`;
  const side = (sign: 1 | -1): LayerPush['plus'] =>
    tokens(key, sign, k).map((token) => ({ ...token, z: 2 * token.score }));
  return {
    ...{ layer, part, space: 'output', rows: 64, norm: 1 + chance(key) },
    ...{ plus: side(1), minus: side(-1) },
  };
}

/** Answers about the model and its base. */
export class SyntheticChanges {
  /** How long each step takes of what takes long: the comparison, an order by z, the sums of layers. */
  stepMs = 0;
  /** Whether anything changed at all. */
  unchanged = false;
  warnings: readonly string[] = [];

  constructor(private readonly matrices: () => readonly MatrixSummary[]) {}

  async answer(method: ChangeMethod, params: object, context: Context): Promise<unknown> {
    switch (method) {
      case 'diff':
        await this.#work(context, { method, unit: 'bytes' });
        return this.#result();
      case 'diffRows': {
        const asked = params as EngineParams<'diffRows'>;
        if (asked.sort === 'z') await this.#work(context, { method, unit: 'tables' });
        return this.#rows(asked);
      }
      case 'diffTensors': {
        const { start, count } = params as EngineParams<'diffTensors'>;
        const rows = this.unchanged ? [] : changedTensors();
        return { rows: rows.slice(start, start + count), total: rows.length };
      }
      case 'diffComponents':
        return this.#components(params as EngineParams<'diffComponents'>);
      case 'diffLayers': {
        await this.#work(context, { method, unit: 'parts of layers' });
        const { k } = (params as EngineParams<'diffLayers'>).options;
        return {
          rows: [1, 2].flatMap((layer) =>
            (['FF.K', 'FF.V'] as const).map((part) => pushOf(layer, part, k)),
          ),
        };
      }
    }
  }

  async #work(
    { cancellation, onProgress }: Context,
    { method, unit }: { method: EngineMethod; unit: string },
  ): Promise<void> {
    for (let done = 1; done <= STEPS && this.stepMs > 0; done += 1) {
      onProgress({ method, done, total: STEPS, unit });
      await new Promise((resolve) => setTimeout(resolve, this.stepMs));
      if (cancellation.aborted) throw new CancelledError();
    }
  }

  #tables(): readonly TableChange[] {
    const tables = this.matrices().map(({ id, kind, layer, rows }): TableChange => {
      const isChanged = CHANGED.test(id) && !this.unchanged;
      return {
        ...{ matrix: id, kind, rows, newRows: 0 },
        ...(layer === undefined ? {} : { layer }),
        changedRows: isChanged ? rows : 0,
        norm: isChanged ? 1 + chance(`${id} change`) : 0,
        relative: isChanged ? 0.1 * chance(`${id} relative`) : 0,
      };
    });
    const classifier = { matrix: 'C', kind: 'C', rows: 2, changedRows: 2, newRows: 2 } as const;
    return this.unchanged ? tables : [...tables, { ...classifier, norm: 0, relative: null }];
  }

  #result(): DiffResult {
    const tables = this.#tables();
    const [changed, added] = this.unchanged ? [0, 0] : [36, 1];
    return {
      tensors: { total: 77, changed, new: added, reshaped: 0, gone: 0 },
      tables,
      changedRows: tables.reduce((sum, { changedRows }) => sum + changedRows, 0),
      warnings: this.warnings,
    };
  }

  #rows({
    matrix,
    sort,
    descending,
    start,
    count,
    options,
    readings,
  }: EngineParams<'diffRows'>): EngineResult<'diffRows'> {
    const rows = this.#tables()
      .filter((table) => table.changedRows > 0 && (matrix === undefined || table.matrix === matrix))
      .flatMap(({ matrix: id, rows: total }) =>
        Array.from({ length: total }, (_, row) =>
          id === 'C'
            ? `C[${CLASSES[row] ?? ''}]`
            : /[VO]$/u.test(id) && !id.includes('FF')
              ? `${id.slice(0, 2)}.H${String(Math.floor(row / 8))}.${id.slice(3)}[${String(row % 8)}]`
              : `${id}[${String(row)}]`,
        ),
      )
      .map((id) => changeOf(id, options.k));
    const value = (row: RowChange): number => (sort === 'row' ? 0 : (row[sort] ?? -1));
    if (sort === 'row' && descending) rows.reverse();
    rows.sort((a, b) => (descending ? value(b) - value(a) : value(a) - value(b)));
    const page = rows.slice(start, start + count);
    return {
      ...{ rows: page, total: rows.length },
      ...(readings === true ? { readings: readingsOf(page, options.k) } : {}),
    };
  }

  #components({
    components,
    options,
    readings,
  }: EngineParams<'diffComponents'>): EngineResult<'diffComponents'> {
    const rows = components.map((id) => changeOf(id, options.k));
    return { rows, ...(readings === true ? { readings: readingsOf(rows, options.k) } : {}) };
  }
}
