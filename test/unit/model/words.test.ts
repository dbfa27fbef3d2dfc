import { describe, expect, it } from 'vitest';
import { isGlobalKind, isHeadKind, ROW_KINDS } from '../../../src/core/model/componentId';
import { GLOSSARY } from '../../../src/core/model/glossary';
import { ROW_KIND_INFO } from '../../../src/core/model/rowKinds';

describe('kinds of rows', () => {
  it.each(ROW_KINDS)('%s: what folds, and where it is read', (kind) => {
    const { space, foldRole, perHead } = ROW_KIND_INFO[kind];
    expect(perHead).toBe(isHeadKind(kind));
    expect(foldRole === 'raw').toBe(isGlobalKind(kind));
    // What writes into the hidden state promotes outputs; what reads it answers to inputs.
    const outputs = ['FF.V', 'O', 'U', 'C'];
    expect(space).toBe(outputs.includes(kind) ? 'output' : 'input');
    expect(foldRole === 'writing').toBe(['FF.V', 'O'].includes(kind));
  });
});

describe('glossary', () => {
  it.each(Object.entries(GLOSSARY))('%s is said in whole sentences', (_, entry) => {
    expect(entry.term).not.toBe('');
    expect(entry.definition).toMatch(/^[A-Z0-9“].*\.$/u);
    expect(entry.definition.length).toBeLessThan(400);
  });
});
