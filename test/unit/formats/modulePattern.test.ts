import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { modulePattern } from '../../../src/formats/adapter/modulePattern';

/** What PEFT asks of a name, by JavaScript's own engine. */
function byEngine(expression: string, module: string): boolean {
  return new RegExp(`^(?:.*\\.)?(?:${expression})$`, 'u').test(module);
}

const piece = fc.oneof(
  ...[fc.constantFrom('a', 'b', '1', '2', '_', '\\.', '.', '\\d', '\\w', '[0-2]', '[ab1]')],
  ...[fc.constantFrom('a*', '.*', '\\d+', 'b?', '[0-9]+', '(a|b)', '(?:1|12|a\\.b)', '(a|)')],
);
const expressions = fc.oneof(
  fc.array(piece, { maxLength: 6 }).map((pieces) => pieces.join('')),
  fc.array(piece, { minLength: 1, maxLength: 4 }).map((pieces) => `^${pieces.join('')}$`),
  fc.tuple(piece, piece).map((pieces) => pieces.join('|')),
);
const names = fc
  .array(fc.constantFrom('a', 'b', '1', '2', '12', '_', '.'), { maxLength: 8 })
  .map((parts) => parts.join(''));

describe('expressions of module names', () => {
  it('match what PEFT’s own do', () => {
    fc.assert(
      fc.property(expressions, names, (expression, name) => {
        expect(modulePattern(expression)?.(name)).toBe(byEngine(expression, name));
      }),
      { numRuns: 3000 },
    );
  });

  it.each([
    ['c_attn', 'transformer.h.1.attn.c_attn', true],
    ['attn', 'transformer.h.1.attn.c_attn', false],
    ['layers.1.mlp.up_proj', 'model.layers.1.mlp.up_proj', true],
    [String.raw`layers\.(0|2)\..*`, 'model.layers.2.mlp.up_proj', true],
    [String.raw`layers\.(0|2)\..*`, 'model.layers.12.mlp.up_proj', false],
    [String.raw`^layers\.1\..*`, 'model.layers.1.mlp', false],
  ])('%s and %s: %s', (expression, name, isMatch) => {
    expect(modulePattern(expression)?.(name)).toBe(isMatch);
  });

  it('end soon where JavaScript’s own would not', () => {
    const steps = { expression: `${'.*'.repeat(90)}zz`, name: 'transformer.h.0.attn.c_attn' };
    expect(modulePattern(steps.expression)?.(steps.name)).toBe(false);
    expect(modulePattern(`${'(?:\\w+|\\d+)'.repeat(15)}!`)).toBeUndefined();
  });

  it.each([
    '(',
    ')',
    '(a+)+',
    'a{3}',
    '[^a]',
    '(?=a)',
    'a**',
    '*',
    '\\1',
    'é',
    '^a|b',
    'a'.repeat(201),
  ])('are not read: %s', (expression) => {
    expect(modulePattern(expression)).toBeUndefined();
  });
});
