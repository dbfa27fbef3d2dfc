import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { prepareSpace } from '../../../src/core/projection/prepareSpace';
import { readRows } from '../../../src/core/projection/readings';
import type { Matrix } from '../../../src/core/tensor/matrix';
import { BACKENDS } from '../../support/backends';
import { SAMPLE_FOLDER, sameSide, sampleGoldens } from '../../support/goldens';
import { memoryMatrix } from '../../support/memoryMatrix';

/**
 * Moments are float64 sums over float32 scores: 8,000 tokens leave errors of about 1e-6; fourth powers and the common
 * direction, found from a float32 Gram matrix, leave up to 1e-4 of a kurtosis.
 */
const MOMENT_TOLERANCE = 1e-4;
/** Plain TypeScript takes seconds, on a busy machine many. */
const PLAIN_TIMEOUT_MS = 120_000;
const D_MODEL = 128;
const D_FF = 512;
const D_VOCAB = 8192;
const LAYERS = [2, 5];

/** The sample is float16 safetensors: the smallest reader that will do for it. */
class SampleFile {
  private readonly bytes = readFileSync(path.join(SAMPLE_FOLDER, 'model.safetensors'));
  private readonly headerLength = Number(this.bytes.readBigUInt64LE(0));
  private readonly header = JSON.parse(
    this.bytes.toString('utf8', 8, 8 + this.headerLength),
  ) as Record<string, { data_offsets: [number, number] }>;

  tensor(name: string): Float32Array {
    const offsets = this.header[name]?.data_offsets ?? [0, 0];
    const [start, end] = offsets.map((offset) => 8 + this.headerLength + offset);
    const stored = this.bytes.subarray(start, end);
    return Float32Array.from({ length: stored.length / 2 }, (_, i) =>
      half(stored.readUInt16LE(2 * i)),
    );
  }
}

/** A float16 by its definition. */
function half(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  return exponent === 0
    ? sign * fraction * 2 ** -24
    : sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

const file = new SampleFile();
const goldens = sampleGoldens();

/** The neurons of a layer: keys are columns of c_fc, values are rows of c_proj (Conv1D). */
function neuron(layer: number, kind: string, index: number): Float32Array {
  const projection = kind === 'K' ? 'c_fc' : 'c_proj';
  const weights = file.tensor(`transformer.h.${String(layer)}.mlp.${projection}.weight`);
  return kind === 'K'
    ? Float32Array.from({ length: D_MODEL }, (_, j) => weights[j * D_FF + index] ?? NaN)
    : weights.slice(index * D_MODEL, (index + 1) * D_MODEL);
}

const wanted = goldens.tokens.flatMap((golden) => {
  const [, layer, kind, index] = /^L(\d+)\.FF\.([KV])\[(\d+)\]$/.exec(golden.component) ?? [];
  return kind !== undefined && LAYERS.includes(Number(layer))
    ? [{ golden, row: neuron(Number(layer), kind, Number(index)) }]
    : [];
});

function stack(rows: readonly Float32Array[]): Matrix {
  const data = new Float32Array(rows.length * D_MODEL);
  rows.forEach((row, i) => {
    data.set(row, i * D_MODEL);
  });
  return { rows: rows.length, cols: D_MODEL, data };
}

describe.each(BACKENDS)('the sample on %s', (_, backend) => {
  it('is read as it was read independently', { timeout: PLAIN_TIMEOUT_MS }, async () => {
    expect(wanted.length).toBeGreaterThan(0);
    const counted = new Float32Array(D_VOCAB).fill(1);
    goldens.undertrained?.forEach((id) => {
      counted[id] = 0;
    });
    const space = await prepareSpace({
      matrix: memoryMatrix({
        rows: D_VOCAB,
        cols: D_MODEL,
        data: file.tensor('transformer.wte.weight'),
      }),
      counted,
      fold: null,
      centreControl: false,
      backend,
    });
    const rows = stack(wanted.map(({ row }) => row));
    const results = await readRows(
      { rows, space, k: 20, rank: 'dot', withoutCommon: false, statistics: true },
      backend,
    );
    wanted.forEach(({ golden }, i) => {
      const result = results[i];
      expect(sameSide(result?.top ?? [], golden.top)).toBeNull();
      expect(sameSide(result?.bottom ?? [], golden.bottom)).toBeNull();
      const { trained } = golden;
      expect(Math.abs((result?.mean ?? NaN) - (trained?.mean ?? NaN))).toBeLessThan(
        MOMENT_TOLERANCE,
      );
      expect(Math.abs((result?.std ?? NaN) - (trained?.std ?? NaN))).toBeLessThan(MOMENT_TOLERANCE);
      for (const [ours, theirs] of [
        [result?.skewness, trained?.skewness],
        [result?.kurtosis, trained?.kurtosis],
        [result?.kurtosisCentered, trained?.kurtosis_centered],
      ]) {
        const scale = Math.max(1, Math.abs(theirs ?? NaN));
        expect(Math.abs((ours ?? NaN) - (theirs ?? NaN)) / scale).toBeLessThan(MOMENT_TOLERANCE);
      }
    });
  });
});
