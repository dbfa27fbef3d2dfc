import { expect } from 'vitest';
import { VocabScopeError } from '../../../src/core/errors';
import { openCheckpoint } from '../../../src/formats/openCheckpoint';

/** The error with which a file is refused; fails where it is opened, or where the error is no sentence for people. */
export async function refusal(path: string): Promise<VocabScopeError> {
  try {
    await (await openCheckpoint(path)).close();
  } catch (error) {
    expect(error).toBeInstanceOf(VocabScopeError);
    return error as VocabScopeError;
  }
  throw new Error(`${path} was opened.`);
}
