import { describe, expect, it } from 'vitest';
import type { RotaryLayout } from '../../../src/core/architectures/adapter';
import { readRotary } from '../../../src/core/architectures/rotary';
import type { RotaryPositions } from '../../../src/core/model/transformer';

const D_HEAD = 16;
const WHOLE: RotaryLayout = { base: { keys: ['rope_theta'], absent: 10_000 }, pairing: 'half' };
const PARTIAL: RotaryLayout = {
  ...WHOLE,
  base: { keys: ['rope_theta', 'rotary_emb_base'], absent: 10_000 },
  share: { keys: ['partial_rotary_factor', 'rotary_pct'], absent: 0.25 },
};

function rotation(
  config: Record<string, unknown>,
  layout: RotaryLayout | undefined = WHOLE,
): RotaryPositions {
  const read = readRotary(layout, new Map(Object.entries(config)), D_HEAD);
  if ('rotaryProblem' in read) {
    throw new Error(read.rotaryProblem);
  }
  return read.rotary;
}

function plain(width: number, base: number): number[] {
  return Array.from({ length: width / 2 }, (_, j) => 1 / base ** ((2 * j) / width));
}

function expectFrequencies({ frequencies }: RotaryPositions, wanted: readonly number[]): void {
  expect(frequencies).toHaveLength(wanted.length);
  frequencies.forEach((frequency, j) => {
    expect(frequency / (wanted[j] ?? NaN)).toBeCloseTo(1, 12);
  });
}

describe('the rotation that config.json describes', () => {
  it('has the defaults of the family', () => {
    expectFrequencies(rotation({}), plain(D_HEAD, 10_000));
    expect(rotation({}, PARTIAL).width).toBe(4);
  });

  it.each([
    ['in the config', { rope_theta: 500, rotary_pct: 0.5 }],
    ['under older names', { rotary_emb_base: 500, rotary_pct: 0.5 }],
    ['in one object', { rope_parameters: { rope_theta: 500, partial_rotary_factor: 0.5 } }],
    [
      'in a Map',
      {
        rope_parameters: new Map([
          ['rope_theta', 500],
          ['partial_rotary_factor', 0.5],
        ]),
      },
    ],
  ])('is found %s', (_, config) => {
    expectFrequencies(rotation(config, PARTIAL), plain(8, 500));
  });

  it('turns queries and keys larger where YaRN has stretched a context', () => {
    const amplitude = (scaling: Record<string, unknown>): number =>
      rotation({
        max_position_embeddings: 4096,
        rope_scaling: {
          rope_type: 'yarn',
          factor: 4,
          original_max_position_embeddings: 1024,
          ...scaling,
        },
      }).amplitude;
    expect(amplitude({})).toBeCloseTo(0.1 * Math.log(4) + 1, 12);
    expect(amplitude({ factor: 1 })).toBe(1);
    expect(amplitude({ attention_factor: 1.5 })).toBe(1.5);
    expect(amplitude({ mscale: 2, mscale_all_dim: 1 })).toBeCloseTo(
      (0.2 * Math.log(4) + 1) / (0.1 * Math.log(4) + 1),
      12,
    );
    expect(rotation({}).amplitude).toBe(1);
  });

  it('turns whole pairs where the share of a head is odd, by the frequencies of the odd width', () => {
    const odd = rotation({ rotary_pct: 0.2 }, PARTIAL);
    expect(odd.width).toBe(4);
    expectFrequencies(odd, [1, 10_000 ** (-2 / 3)]);
  });

  it('is that of the older object where both stand', () => {
    const both = {
      rope_parameters: { rope_type: 'default', rope_theta: 500 },
      rope_scaling: { rope_type: 'linear', factor: 2, rope_theta: 700 },
    };
    const halved = plain(D_HEAD, 700).map((frequency) => frequency / 2);
    expectFrequencies(rotation(both), halved);
  });

  it('takes the trained context from the config first, then from the scaling, then the longest text', () => {
    const llama3 = { rope_type: 'llama3', factor: 8, low_freq_factor: 1, high_freq_factor: 4 };
    const withContext = (context: number): RotaryPositions =>
      rotation({ rope_scaling: { ...llama3, original_max_position_embeddings: context } });
    const fromLongest = rotation({ max_position_embeddings: 32, rope_scaling: llama3 });
    expect(fromLongest).toEqual(withContext(32));
    expect(fromLongest).not.toEqual(withContext(8192));
    expect(
      rotation({
        original_max_position_embeddings: 64,
        rope_scaling: { ...llama3, original_max_position_embeddings: 8192 },
      }),
    ).toEqual(withContext(64));
  });

  it('is divided where scaling is linear', () => {
    const halved = plain(D_HEAD, 10_000).map((frequency) => frequency / 2);
    expectFrequencies(rotation({ rope_scaling: { type: 'linear', factor: 2 } }), halved);
    expectFrequencies(rotation({ rope_scaling: null }), plain(D_HEAD, 10_000));
  });

  it("follows Llama 3's scaling", () => {
    const scaling = {
      rope_type: 'llama3',
      factor: 8,
      low_freq_factor: 1,
      high_freq_factor: 4,
      original_max_position_embeddings: 8192,
    };
    const wanted = plain(D_HEAD, 500_000).map((frequency) => {
      const wavelength = (2 * Math.PI) / frequency;
      if (wavelength < 8192 / 4) {
        return frequency;
      }
      if (wavelength > 8192) {
        return frequency / 8;
      }
      const smooth = (8192 / wavelength - 1) / (4 - 1);
      return ((1 - smooth) * frequency) / 8 + smooth * frequency;
    });
    expectFrequencies(rotation({ rope_theta: 500_000, rope_scaling: scaling }), wanted);
  });

  it('follows YaRN', () => {
    const scaling = { rope_type: 'yarn', factor: 4, original_max_position_embeddings: 2048 };
    const correction = (turns: number): number =>
      (D_HEAD * Math.log(2048 / (turns * 2 * Math.PI))) / (2 * Math.log(10_000));
    const [low, high] = [Math.floor(correction(32)), Math.ceil(correction(1))];
    const wanted = plain(D_HEAD, 10_000).map((frequency, j) => {
      const ramp = Math.min(1, Math.max(0, (j - low) / (high - low)));
      return (frequency / 4) * ramp + frequency * (1 - ramp);
    });
    expectFrequencies(rotation({ max_position_embeddings: 8192, rope_scaling: scaling }), wanted);
  });

  it("follows YaRN's formula also where its range is empty or turned over, as for a tiny context", () => {
    const scaling = {
      ...{ rope_type: 'yarn', factor: 4, original_max_position_embeddings: 10, truncate: false },
      ...{ beta_fast: 16, beta_slow: 2 },
    };
    // Both ends lie below dimension 0: of a range from 0 down to less the ramp is 0 everywhere.
    expectFrequencies(
      rotation({ max_position_embeddings: 40, rope_scaling: scaling }),
      plain(D_HEAD, 10_000),
    );
    const [first = 0, ...others] = plain(D_HEAD, 10_000);
    expectFrequencies(
      rotation({ max_position_embeddings: 40, rope_scaling: { ...scaling, truncate: true } }),
      [first, ...others.map((frequency) => frequency / 4)],
    );
  });

  it('needs no longest text where YaRN is told the factor and the trained context', () => {
    const rope_scaling = { rope_type: 'yarn', factor: 4, original_max_position_embeddings: 2048 };
    expect(rotation({ rope_scaling })).toEqual(
      rotation({ rope_scaling, max_position_embeddings: 8192 }),
    );
  });

  it.each([
    ['an unknown scaling', { rope_scaling: { rope_type: 'spiral' } }, WHOLE, /spiral/u],
    ['a base of no meaning', { rope_theta: -1 }, WHOLE, /rope_theta is -1/u],
    ['a missing factor', { rope_scaling: { type: 'linear' } }, WHOLE, /factor is missing/u],
    ['a share beyond the head', { rotary_pct: 2 }, PARTIAL, /32 of 16/u],
    ['no dimension that turns', { rotary_pct: 0.05 }, PARTIAL, /0 of 16/u],
    [
      'a base whose logarithm YaRN cannot divide by',
      {
        rope_theta: 1,
        rope_scaling: { rope_type: 'yarn', factor: 4, original_max_position_embeddings: 2048 },
      },
      WHOLE,
      /base of 1 and its scaling "yarn".* no finite angle/u,
    ],
    [
      'a factor that divides beyond all numbers',
      {
        max_position_embeddings: 32,
        rope_scaling: {
          rope_type: 'llama3',
          factor: 5e-324,
          low_freq_factor: 1,
          high_freq_factor: 4,
        },
      },
      WHOLE,
      /scaling "llama3".* no finite angle/u,
    ],
    [
      'an amplitude beyond all numbers',
      {
        rope_scaling: {
          ...{ rope_type: 'yarn', factor: 1e300, original_max_position_embeddings: 2048 },
          ...{ mscale: 1e308, mscale_all_dim: 1 },
        },
      },
      WHOLE,
      /scaling "yarn".* no finite angle/u,
    ],
    [
      'one description for each kind of layer',
      { rope_parameters: { full_attention: { rope_theta: 500 } } },
      WHOLE,
      /apart for "full_attention"/u,
    ],
  ])('is refused, with a sentence, for %s', (_, config, layout, sentence) => {
    const read = readRotary(layout, new Map(Object.entries(config)), D_HEAD);
    expect('rotaryProblem' in read ? read.rotaryProblem : '').toMatch(sentence);
  });

  it('is not known for a family without a description', () => {
    expect('rotaryProblem' in readRotary(undefined, new Map(), D_HEAD)).toBe(true);
  });
});
