/** What a word means: one exact sentence or two, a formula where there is one, and its source. */
export interface GlossaryEntry {
  readonly term: string;
  readonly definition: string;
  readonly formula?: string;
  readonly source?: string;
}
