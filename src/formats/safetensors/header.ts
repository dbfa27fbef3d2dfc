import { VocabScopeError } from '../../core/errors';
import { dtypeBits } from '../../core/tensor/dtype';
import { JsonFault, JsonScanner } from '../jsonScanner';
import { quote } from '../quote';

/** Tensors in one file; the largest mixtures published have 10^5. */
const MAX_TENSORS = 500_000;

/** Axes of a tensor, PyTorch's own limit. */
const MAX_AXES = 64;

const MAX_METADATA_ENTRIES = 100_000;

const METADATA = '__metadata__';

/** A tensor as the header lists it; `begin` and `end` count from the end of the header. */
export interface HeaderEntry {
  readonly name: string;
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
}

export interface SafetensorsHeader {
  readonly entries: readonly HeaderEntry[];
  readonly metadata: ReadonlyMap<string, string>;
}

/** A refusal of a damaged file. */
export function invalidFile(fileName: string, what: string, cause?: unknown): VocabScopeError {
  return new VocabScopeError(
    'invalidFile',
    `${fileName} is no valid safetensors file: ${what}. Save or download it again.`,
    { cause },
  );
}

/**
 * Reads a header, the JSON text between the eight bytes of its length and the data. Every entry is checked by
 * itself; how the entries lie to each other and to the file is `layOutEntries`'s part.
 * @param bytes valid UTF-8.
 * @throws VocabScopeError `invalidFile`, `unsupportedDtype` or `limit`, naming the tensor.
 */
export function parseHeader(bytes: Buffer, fileName: string): SafetensorsHeader {
  try {
    return new HeaderReader(new JsonScanner(bytes), fileName).read();
  } catch (error) {
    throw error instanceof JsonFault
      ? invalidFile(fileName, `its header cannot be read as JSON: ${error.message}`, error)
      : error;
  }
}

class HeaderReader {
  private readonly entries = new Map<string, HeaderEntry>();
  private metadata: Map<string, string> | undefined;

  constructor(
    private readonly scanner: JsonScanner,
    private readonly fileName: string,
  ) {}

  read(): SafetensorsHeader {
    this.scanner.readObject((key) => {
      if (key === METADATA) {
        this.readMetadata();
      } else {
        this.readEntry(key);
      }
    });
    this.scanner.expectEnd();
    return { entries: [...this.entries.values()], metadata: this.metadata ?? new Map() };
  }

  private readMetadata(): void {
    if (this.metadata !== undefined) {
      throw this.invalid(`its header has ${METADATA} twice`);
    }
    if (this.scanner.peek() !== 'object') {
      throw this.invalid(`${METADATA} in its header is no object`);
    }
    const metadata = new Map<string, string>();
    this.scanner.readObject((key) => {
      if (this.scanner.peek() !== 'string') {
        throw this.invalid(`entry ${quote(key)} of ${METADATA} in its header is no text`);
      }
      metadata.set(key, this.scanner.readString());
      this.requireAtMost(metadata.size, MAX_METADATA_ENTRIES, `entries in ${METADATA}`);
    });
    this.metadata = metadata;
  }

  private readEntry(name: string): void {
    if (this.entries.has(name)) {
      throw this.invalid(`its header lists tensor ${quote(name)} twice`);
    }
    if (this.scanner.peek() !== 'object') {
      throw this.invalid(`the header's entry of tensor ${quote(name)} is no object`);
    }
    let dtype: string | undefined;
    let shape: readonly number[] | undefined;
    let offsets: readonly number[] | undefined;
    this.scanner.readObject((key) => {
      switch (key) {
        case 'dtype':
          this.requireFirst(dtype, name, key);
          dtype = this.readDtype(name);
          return;
        case 'shape':
          this.requireFirst(shape, name, key);
          shape = this.readShape(name);
          return;
        case 'data_offsets':
          this.requireFirst(offsets, name, key);
          offsets = this.readOffsets(name);
          return;
        default:
          this.scanner.skipValue();
      }
    });
    this.add(name, dtype, shape, offsets);
  }

  private add(
    name: string,
    dtype: string | undefined,
    shape: readonly number[] | undefined,
    offsets: readonly number[] | undefined,
  ): void {
    const [begin, end] = offsets ?? [];
    if (dtype === undefined || shape === undefined || begin === undefined || end === undefined) {
      throw this.invalid(
        `the header's entry of tensor ${quote(name)} lacks dtype, shape or data_offsets`,
      );
    }
    this.entries.set(name, { name, dtype, shape, begin, end });
    this.requireAtMost(this.entries.size, MAX_TENSORS, 'tensors');
  }

  private readDtype(name: string): string {
    if (this.scanner.peek() !== 'string') {
      throw this.invalid(`the dtype of tensor ${quote(name)} is no text`);
    }
    const dtype = this.scanner.readString();
    if (dtypeBits(dtype) === undefined) {
      throw new VocabScopeError(
        'unsupportedDtype',
        `${this.fileName}: tensor ${quote(name)} has dtype ${quote(dtype)}, which the safetensors format does not ` +
          'know. Save the file with a known dtype, e.g. F16 or BF16.',
      );
    }
    return dtype;
  }

  private readShape(name: string): readonly number[] {
    const wrong = `the shape of tensor ${quote(name)} is no list of at most ${MAX_AXES} non-negative integers`;
    return this.readIndexes(MAX_AXES, wrong);
  }

  private readOffsets(name: string): readonly number[] {
    const wrong = `the data_offsets of tensor ${quote(name)} are not two non-negative integers`;
    const [begin, end] = this.readIndexes(2, wrong);
    if (begin === undefined || end === undefined) {
      throw this.invalid(wrong);
    }
    if (begin > end) {
      throw this.invalid(
        `the data_offsets of tensor ${quote(name)} are reversed: it would begin at ${begin} and end at ${end}`,
      );
    }
    return [begin, end];
  }

  /** An array of integers; anything else is refused with what is `wrong`. */
  private readIndexes(maxLength: number, wrong: string): readonly number[] {
    if (this.scanner.peek() !== 'array') {
      throw this.invalid(wrong);
    }
    const indexes: number[] = [];
    this.scanner.readArray(() => {
      const index = indexes.length < maxLength ? this.scanner.tryReadIndex() : undefined;
      if (index === undefined) {
        throw this.invalid(wrong);
      }
      indexes.push(index);
    });
    return indexes;
  }

  private requireFirst(value: unknown, name: string, key: string): void {
    if (value !== undefined) {
      throw this.invalid(`the header's entry of tensor ${quote(name)} has ${key} twice`);
    }
  }

  private requireAtMost(count: number, limit: number, what: string): void {
    if (count > limit) {
      throw new VocabScopeError(
        'limit',
        `${this.fileName} lists more than ${limit} ${what}, which is more than any model has. Check where it comes from.`,
      );
    }
  }

  private invalid(what: string): VocabScopeError {
    return invalidFile(this.fileName, what);
  }
}
