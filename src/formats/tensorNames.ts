/** Segments that stand before the names of a model: `model.`, `transformer.`, `base_model.model.`. */
const MAX_PREFIX_SEGMENTS = 3;

/** A name without its first segments, for each number of segments. */
function* shorter(name: string): Generator<string> {
  let rest = name;
  for (let cut = 0; cut < MAX_PREFIX_SEGMENTS; cut += 1) {
    const dot = rest.indexOf('.');
    if (dot < 0) {
      return;
    }
    rest = rest.slice(dot + 1);
    yield rest;
  }
}

/**
 * Finds in one checkpoint the tensors that another one names: the same model is saved with and without the prefix of the
 * head that stands on it (`transformer.h.0.…` and `h.0.…`).
 */
export class TensorNames {
  /** By the name without its prefix; null where several tensors have it. */
  private readonly byRest = new Map<string, string | null>();

  constructor(private readonly names: ReadonlyMap<string, unknown>) {
    for (const name of names.keys()) {
      for (const rest of shorter(name)) {
        this.byRest.set(rest, this.byRest.has(rest) ? null : name);
      }
    }
  }

  /** The tensor that corresponds to a name; undefined where none does, or more than one. */
  find(name: string): string | undefined {
    if (this.names.has(name)) {
      return name;
    }
    const shortened = [...shorter(name)].find((rest) => this.names.has(rest));
    return shortened ?? this.byRest.get(name) ?? undefined;
  }
}
