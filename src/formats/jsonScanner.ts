/** What is wrong with a piece of JSON; whoever knows the file makes a sentence of it. */
export class JsonFault extends Error {
  override readonly name = 'JsonFault';
}

/** Values nested deeper than this are refused: nothing that is read here needs more. */
const MAX_DEPTH = 64;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const MINUS = 0x2d;
const DIGIT_0 = 0x30;
const DIGIT_9 = 0x39;

const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const MAX_NUMBER_CHARACTERS = 400;
const LITERALS = ['true', 'false', 'null'];

/**
 * Reads JSON of a known form straight from its bytes, value by value, so that what a file says can be limited
 * and checked (double keys, depth, counts) before memory is taken for it: `JSON.parse` of 100 MB of brackets
 * takes gigabytes, and it hides double keys.
 */
export class JsonScanner {
  private position = 0;

  /** `bytes` are valid UTF-8. */
  constructor(private readonly bytes: Buffer) {}

  /** The kind of the value that comes next, by its first character. */
  peek(): 'object' | 'array' | 'string' | 'other' {
    this.skipSpace();
    switch (this.bytes[this.position] ?? 0) {
      case OPEN_BRACE:
        return 'object';
      case OPEN_BRACKET:
        return 'array';
      case QUOTE:
        return 'string';
      default:
        return 'other';
    }
  }

  /** Reads an object; `onEntry` reads the value of each key. */
  readObject(onEntry: (key: string) => void): void {
    this.expect(OPEN_BRACE, '{');
    if (this.accept(CLOSE_BRACE)) {
      return;
    }
    do {
      const key = this.readString();
      this.expect(COLON, ':');
      onEntry(key);
    } while (this.accept(COMMA));
    this.expect(CLOSE_BRACE, '}');
  }

  /** Reads an array; `onItem` reads each item. */
  readArray(onItem: () => void): void {
    this.expect(OPEN_BRACKET, '[');
    if (this.accept(CLOSE_BRACKET)) {
      return;
    }
    do {
      onItem();
    } while (this.accept(COMMA));
    this.expect(CLOSE_BRACKET, ']');
  }

  readString(): string {
    this.expect(QUOTE, '"');
    const start = this.position;
    const { end, escaped } = this.findStringEnd();
    this.position = end + 1;
    if (!escaped) {
      return this.bytes.toString('utf8', start, end);
    }
    return this.unescape(this.bytes.toString('utf8', start - 1, end + 1));
  }

  /** A number written as a non-negative integer that float64 holds exactly; undefined for any other value, which is left. */
  tryReadIndex(): number | undefined {
    this.skipSpace();
    const start = this.position;
    let end = start;
    let value = 0;
    for (let byte = this.bytes[end]; isDigit(byte); byte = this.bytes[end]) {
      value = value * 10 + (byte - DIGIT_0);
      end += 1;
    }
    const next = this.bytes[end];
    const isWhole =
      next === COMMA || next === CLOSE_BRACKET || next === CLOSE_BRACE || isSpace(next);
    const leadingZero = this.bytes[start] === DIGIT_0 && end - start > 1;
    if (end === start || !isWhole || leadingZero || !Number.isSafeInteger(value)) {
      return undefined;
    }
    this.position = end;
    return value;
  }

  /** Passes over any value. */
  skipValue(depth = 0): void {
    if (depth > MAX_DEPTH) {
      throw new JsonFault(`it is nested more than ${MAX_DEPTH} deep`);
    }
    switch (this.peek()) {
      case 'object':
        this.readObject(() => {
          this.skipValue(depth + 1);
        });
        return;
      case 'array':
        this.readArray(() => {
          this.skipValue(depth + 1);
        });
        return;
      case 'string':
        this.readString();
        return;
      case 'other':
        this.skipScalar();
        return;
    }
  }

  /** Nothing but space may follow. */
  expectEnd(): void {
    this.skipSpace();
    if (this.position < this.bytes.length) {
      throw this.fault('nothing more');
    }
  }

  private findStringEnd(): { end: number; escaped: boolean } {
    let escaped = false;
    for (let end = this.position; end < this.bytes.length; end += 1) {
      const byte = this.bytes[end] ?? 0;
      if (byte === QUOTE) {
        return { end, escaped };
      }
      if (byte === BACKSLASH) {
        escaped = true;
        end += 1;
      } else if (byte < 0x20) {
        throw new JsonFault(`a string holds a control character (byte ${end})`);
      }
    }
    throw new JsonFault('a string has no end');
  }

  private unescape(literal: string): string {
    let text: unknown;
    try {
      text = JSON.parse(literal);
    } catch (error) {
      throw new JsonFault('a string has a wrong escape', { cause: error });
    }
    if (typeof text !== 'string' || /\p{Cs}/u.test(text)) {
      throw new JsonFault('a string holds half of a surrogate pair');
    }
    return text;
  }

  private skipScalar(): void {
    const { position } = this;
    const first = this.bytes[position];
    const isNumber = first === MINUS || isDigit(first);
    const length = isNumber ? MAX_NUMBER_CHARACTERS : 'false'.length;
    const text = this.bytes.toString('latin1', position, position + length);
    NUMBER.lastIndex = 0;
    const found = isNumber
      ? NUMBER.exec(text)?.[0]
      : LITERALS.find((literal) => text.startsWith(literal));
    if (found === undefined || found.length === MAX_NUMBER_CHARACTERS) {
      throw this.fault('a value');
    }
    this.position += found.length;
  }

  private skipSpace(): void {
    while (isSpace(this.bytes[this.position])) {
      this.position += 1;
    }
  }

  private accept(byte: number): boolean {
    this.skipSpace();
    if (this.bytes[this.position] !== byte) {
      return false;
    }
    this.position += 1;
    return true;
  }

  private expect(byte: number, shown: string): void {
    if (!this.accept(byte)) {
      throw this.fault(`"${shown}"`);
    }
  }

  private fault(expected: string): JsonFault {
    const found = this.position < this.bytes.length ? `at byte ${this.position}` : 'where it ends';
    return new JsonFault(`${expected} was expected ${found}`);
  }
}

function isDigit(byte: number | undefined): byte is number {
  return byte !== undefined && byte >= DIGIT_0 && byte <= DIGIT_9;
}

function isSpace(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}
