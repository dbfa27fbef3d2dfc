import { readPiece, type Spelling } from './spelling';
import type { Vocabulary, VocabularyKind, VocabularyToken } from './vocabulary';

const UTF8 = new TextEncoder();

/** A token whose UTF-8 is made only where it is asked for: most readers want the text. */
class TableToken implements VocabularyToken {
  constructor(
    readonly id: number,
    readonly text: string | null,
    private readonly rawBytes: Uint8Array | undefined,
    readonly special: boolean,
    readonly byteToken: boolean,
    readonly continuation: boolean,
  ) {}

  get bytes(): Uint8Array {
    return this.rawBytes ?? UTF8.encode(this.text ?? '');
  }
}

export interface TableVocabularyParts {
  readonly kind: VocabularyKind;
  readonly spelling: Spelling;
  /** Pieces by id, as spelled. */
  readonly pieces: ReadonlyMap<number, string>;
  /** Ids whose piece is the text itself, not a spelling. */
  readonly literal: ReadonlySet<number>;
  readonly special: ReadonlySet<number>;
  readonly warnings: readonly string[];
}

/** A vocabulary that keeps pieces as files spell them and reads each when it is asked for. */
export class TableVocabulary implements Vocabulary {
  readonly kind: VocabularyKind;
  readonly size: number;
  readonly idLimit: number;
  readonly warnings: readonly string[];
  private index: ReadonlyMap<string, number | readonly number[]> | undefined;

  constructor(private readonly parts: TableVocabularyParts) {
    this.kind = parts.kind;
    this.size = parts.pieces.size;
    this.warnings = parts.warnings;
    let highest = -1;
    for (const id of parts.pieces.keys()) {
      highest = Math.max(highest, id);
    }
    this.idLimit = highest + 1;
  }

  token(id: number): VocabularyToken | undefined {
    const { pieces, literal, special, spelling } = this.parts;
    const piece = pieces.get(id);
    if (piece === undefined) {
      return undefined;
    }
    const isSpecial = special.has(id);
    if (literal.has(id)) {
      return new TableToken(id, piece, undefined, isSpecial, false, false);
    }
    const { text, bytes, byteToken, continuation } = readPiece(piece, spelling);
    return new TableToken(id, text, bytes, isSpecial, byteToken === true, continuation === true);
  }

  idsOf(text: string): readonly number[] {
    this.index ??= this.buildIndex();
    const found = this.index.get(text) ?? [];
    return typeof found === 'number' ? [found] : found;
  }

  private buildIndex(): ReadonlyMap<string, number | readonly number[]> {
    const index = new Map<string, number | number[]>();
    const shared = new Set<number[]>();
    for (const id of this.parts.pieces.keys()) {
      const text = this.token(id)?.text ?? null;
      if (text === null) {
        continue;
      }
      const known = index.get(text);
      if (known === undefined) {
        index.set(text, id);
      } else if (typeof known === 'number') {
        const ids = [known, id];
        index.set(text, ids);
        shared.add(ids);
      } else {
        known.push(id);
      }
    }
    shared.forEach((ids) => ids.sort((a, b) => this.order(a) - this.order(b)));
    return index;
  }

  /** Ids of one text in the order of `idsOf`: byte tokens behind all others. */
  private order(id: number): number {
    return id + (this.token(id)?.byteToken === true ? this.idLimit : 0);
  }
}
