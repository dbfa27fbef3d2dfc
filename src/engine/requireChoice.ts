import { VocabScopeError } from '../core/errors';

/**
 * Refuses what is none of the choices: parameters may come from pages and scripts, where nothing checks their types.
 * @param what what is chosen, as a sentence begins with it
 * @throws VocabScopeError `usage`
 */
export function requireChoice(what: string, value: string, choices: readonly string[]): void {
  if (!choices.includes(value)) {
    throw new VocabScopeError(
      'usage',
      `${what} is "${value}"; choose among ${choices.join(', ')}.`,
    );
  }
}
