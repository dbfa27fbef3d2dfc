import { displayText } from './display';

function counted(count: number, noun: string, one: string, many: string): string {
  return count === 1 ? `1 ${noun} ${one}` : `${count.toLocaleString('en')} ${noun}s ${many}`;
}

/** What can be wrong with single tokens of a file that is usable all the same, and the sentence that says so. */
const SENTENCES = {
  badId: (count: number, first: string) =>
    `${counted(count, 'token', 'has', 'have')} no usable id and ${count === 1 ? 'is' : 'are'} left out (the first: ${first}).`,
  doubleId: (count: number, first: string) =>
    `${counted(count, 'token', 'has', 'have')} the id of an earlier one and ${count === 1 ? 'is' : 'are'} left out (the first: ${first}).`,
  replaced: (count: number, first: string) =>
    `${counted(count, 'added token', 'replaces', 'replace')} a piece with the same id (the first: ${first}).`,
  noText: (count: number, first: string) =>
    `${counted(count, 'token', 'has', 'have')} no text and ${count === 1 ? 'is' : 'are'} left out (the first: ${first}).`,
} as const;

export type Problem = keyof typeof SENTENCES;

/** Problems of single tokens, counted by kind, so that thousands make one sentence. */
export class Problems {
  private readonly counts = new Map<Problem, { count: number; readonly first: string }>();

  /** `text` is the token's text, shown as tokens are; undefined where there is none. */
  note(problem: Problem, text: string | undefined, id: unknown): void {
    const known = this.counts.get(problem);
    if (known !== undefined) {
      known.count += 1;
      return;
    }
    const shown = text === undefined ? '' : `${displayText({ id: 0, text })} `;
    const number = typeof id === 'number' ? `id ${id}` : 'no id';
    this.counts.set(problem, { count: 1, first: `${shown}with ${number}` });
  }

  sentences(): readonly string[] {
    return Array.from(this.counts, ([problem, { count, first }]) =>
      SENTENCES[problem](count, first),
    );
  }
}
