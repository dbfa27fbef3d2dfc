/** What the synthetic engine says of single rows beyond their readings. */
import type { EngineParams, EngineResult } from '../../../src/protocol/engineApi';
import type { RowReading } from '../../../src/protocol/reading';
import { chance } from './chance';

const BINS = 64;
const WIDTH = 32;

type Read = (component: string, k: number) => RowReading;

export function partner(
  { component, options }: EngineParams<'partner'>,
  read: Read,
): EngineResult<'partner'> {
  const other = component.includes('FF.V')
    ? component.replace('FF.V', 'FF.K')
    : component.replace('FF.K', 'FF.V');
  return {
    partner: read(other, options.k),
    jaccard: 0.18,
    control: { mean: 0.002, highest: 0.01, pairs: 64 },
  };
}

export function neighbours({
  component,
  among,
  count,
}: EngineParams<'neighbours'>): EngineResult<'neighbours'> {
  const matrix = component.replace(/\[.*/u, '');
  const own = Number(/\[(\d+)\]/u.exec(component)?.[1]);
  const rows = Array.from({ length: count }, (_, place) => {
    const other = among === 'model' && place % 2 === 1 ? 'L0.FF.V' : matrix;
    return { component: `${other}[${(own + place + 1) % 64}]`, correlation: 0.9 - place / 20 };
  });
  const total = among === 'model' ? 512 : 64;
  return { rows, total, control: { pairs: 496, std: 0.08, highest: 0.27 } };
}

export function tokenMap(
  { component, options, side, count }: EngineParams<'tokenMap'>,
  read: Read,
): EngineResult<'tokenMap'> {
  const reading = read(component, options.k);
  const sides = side === 'both' ? (['top', 'bottom'] as const) : [side];
  const points = sides.flatMap((of) =>
    reading[of].slice(0, Math.ceil(count / sides.length)).map((token, rank) => ({
      ...token,
      side: of,
      x: 4 * chance(`${component} ${rank} ${of} x`) - 2,
      y: 2 * chance(`${component} ${rank} ${of} y`) - 1,
    })),
  );
  return { component, space: 'output', points, explained: [0.31, 0.12] };
}

export function weights({
  component,
  start,
  count,
}: EngineParams<'weights'>): EngineResult<'weights'> {
  const all = Array.from({ length: WIDTH }, (_, at) => chance(`${component} ${at}`) - 0.5);
  return {
    component,
    start,
    values: all.slice(start, start + count),
    total: WIDTH,
    lowest: Math.min(...all),
    highest: Math.max(...all),
    norm: Math.hypot(...all),
    nonFinite: 0,
  };
}

export function shapes({ components }: EngineParams<'shapes'>): EngineResult<'shapes'> {
  return {
    rows: components.map((component) => {
      const width = 3 + 5 * chance(`${component} width`);
      const counts = Array.from({ length: BINS }, (_, bin) =>
        Math.round(1000 * Math.exp(-(((bin - 31.5) / width) ** 2) / 2)),
      );
      return { component, counts };
    }),
  };
}

export function tensors(rows: number): EngineResult<'tensors'> {
  const shape = [rows, 32];
  const tensor = { name: 'wte.weight', dtype: 'F32', shape, byteLength: 128e6 };
  return { rows: [{ ...tensor, file: 'model.safetensors' }], total: 1 };
}

export function histogram({ component }: EngineParams<'histogram'>): EngineResult<'histogram'> {
  const bins = Array.from({ length: 64 }, (_, bin) => Math.exp(-(((bin - 31.5) / 6) ** 2) / 2));
  const sum = bins.reduce((total, height) => total + height, 0);
  return {
    component,
    low: -8,
    high: 8,
    counts: bins.map((height, bin) => Math.round(height * 1000) + (bin === 60 ? 3 : 0)),
    controlShares: bins.map((height) => height / sum),
  };
}
