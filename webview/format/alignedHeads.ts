/** Heads of two models beside each other: maps of layers, and of the heads of a pair of them. */
import { headMatrixRef } from '../../src/core/model/headMatrixId';
import type { AlignHeadsResult } from '../../src/protocol/alignment';
import { rampStep, shareEnd } from './mapScale';

/** A head of A, or a layer of A, beside one of B. */
export interface HeadCell {
  /** Numbers of the two. */
  readonly a: number;
  readonly b: number;
  /** ρ of two heads; of two layers their largest |ρ|. */
  readonly value: number;
  readonly step: number | null;
  /** Whether the assignment pairs the two heads, or any heads of the two layers. */
  readonly assigned: boolean;
}

/** `[of A][of B]` */
export type HeadCells = readonly (readonly HeadCell[])[];

interface Numbered {
  readonly layer: number;
  readonly head: number;
}

function numbered(ids: readonly string[]): readonly Numbered[] {
  return ids.map((id) => {
    const { layer, head } = headMatrixRef(id) ?? { layer: 0, head: 0 };
    return { layer, head };
  });
}

function pairsOf(found: AlignHeadsResult): readonly (Omit<HeadCell, 'step' | 'a' | 'b'> & {
  readonly a: Numbered;
  readonly b: Numbered;
})[] {
  const namesA = numbered(found.rows.map(({ component }) => component));
  const namesB = numbered(found.others);
  return found.matrix.flatMap((values, i) =>
    values.flatMap((value, j) => {
      const [a, b] = [namesA[i], namesB[j]];
      const assigned = found.rows[i]?.assigned?.component === found.others[j];
      return a === undefined || b === undefined ? [] : [{ a, b, value, assigned }];
    }),
  );
}

/** The end of the scale of all maps of a result: the largest |ρ|, rounded up. */
export function headScale({ matrix }: AlignHeadsResult): number {
  return shareEnd(matrix.flat().reduce((most, value) => Math.max(most, Math.abs(value)), 0));
}

/** Layers of A by layers of B: the largest |ρ| of their heads. */
export function headLayers(found: AlignHeadsResult): HeadCells {
  const maximum = headScale(found);
  const rows: HeadCell[][] = [];
  for (const { a, b, value, assigned } of pairsOf(found)) {
    const row = (rows[a.layer] ??= []);
    const before = row[b.layer];
    const most = Math.max(before?.value ?? 0, Math.abs(value));
    row[b.layer] = {
      ...{ a: a.layer, b: b.layer, value: most, step: rampStep(most, maximum) },
      assigned: assigned || before?.assigned === true,
    };
  }
  return rows;
}

/** Heads of a layer of A by heads of a layer of B. */
export function headsOfLayers(found: AlignHeadsResult, layerA: number, layerB: number): HeadCells {
  const maximum = headScale(found);
  const rows: HeadCell[][] = [];
  for (const { a, b, value, assigned } of pairsOf(found)) {
    if (a.layer !== layerA || b.layer !== layerB) continue;
    const step = rampStep(Math.abs(value), maximum);
    (rows[a.head] ??= [])[b.head] = { a: a.head, b: b.head, value, step, assigned };
  }
  return rows;
}
