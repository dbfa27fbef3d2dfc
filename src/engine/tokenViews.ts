import type { Vocabulary } from '../core/tokenizer/vocabulary';
import type { TokenView } from '../protocol/reading';

/** Tokens of one model as they travel. */
export class TokenViews {
  constructor(
    private readonly vocabulary: Vocabulary | null,
    /** `[d_vocab]`, 1 where a token is under-trained; null where none is marked. */
    private readonly undertrained: Uint8Array | null,
  ) {}

  view(id: number): TokenView {
    const undertrained = this.undertrained?.[id] === 1 ? { undertrained: true as const } : {};
    if (this.vocabulary === null) {
      return { id, text: null };
    }
    const token = this.vocabulary.token(id);
    if (token === undefined) {
      return { id, text: null, padding: true, ...undertrained };
    }
    return {
      id,
      text: token.text,
      ...(token.text === null ? { hex: Buffer.from(token.bytes).toString('hex') } : {}),
      ...(token.special ? { special: true as const } : {}),
      ...(token.continuation ? { continuation: true as const } : {}),
      ...undertrained,
    };
  }
}
