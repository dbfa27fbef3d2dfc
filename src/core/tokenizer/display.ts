/**
 * How a token is shown (ui.md, "Token chips"): spaces and line ends as marks, everything that could not be seen or
 * would change the text around it boxed by its code, the rest as it is. Imported by every runtime: no dependency.
 */

/** Mark of a piece that continues a word in WordPiece. */
export const CONTINUATION = '##';

/** A token as it travels; `TokenView` of the protocol is one. */
export interface DisplayToken {
  readonly id: number;
  /** Exact text; null where bytes are no UTF-8, where the row has no token, or without a tokenizer. */
  readonly text: string | null;
  /** Lower-case hex of the bytes where `text` is null and there are bytes. */
  readonly hex?: string;
  readonly padding?: true;
  /** WordPiece continuation: `text` begins with `##`. */
  readonly continuation?: true;
}

/** What a mark stands for. */
export type DisplayMark = 'space' | 'newline' | 'return' | 'tab' | 'continuation' | 'empty' | 'cut';

/**
 * Part of a chip. `plain`: the token's own characters; `marker`: dim, stands for characters that have no shape, or
 * for what was cut; `dim`: the `##` of a continuation; `boxed`: a code point or bytes by number.
 */
export interface DisplaySegment {
  readonly text: string;
  readonly kind: 'plain' | 'marker' | 'dim' | 'boxed';
  readonly mark?: DisplayMark;
  /** How many equal characters the marker stands for, where more than one. */
  readonly count?: number;
}

/** Longer tokens are cut and end in `…`. */
export const MAX_SHOWN_GRAPHEMES = 24;
/** A longer text is not looked at further: a token may have a megabyte, and a grapheme may as well. */
const MAX_CODE_UNITS = 1_024;
const HEX_PER_BYTE = 2;

/** A grapheme of more is shown in part: accents can be piled up without end. */
const MAX_GRAPHEME_UNITS = 32;

const WHITE: ReadonlyMap<string, { readonly glyph: string; readonly mark: DisplayMark }> = new Map([
  [' ', { glyph: '␣', mark: 'space' }],
  ['\n', { glyph: '↵', mark: 'newline' }],
  ['\r', { glyph: '␍', mark: 'return' }],
  ['\t', { glyph: '⇥', mark: 'tab' }],
]);
const EMPTY = '∅';
const TIMES = '×';
const CUT: DisplaySegment = { text: '…', kind: 'marker', mark: 'cut' };

/** White space, control, format, private and unassigned characters, and letters and marks without a shape. */
const UNSEEN = /[\p{Z}\p{C}\p{Default_Ignorable_Code_Point}\u2800]/u;
/** Glyphs that would read as a mark. */
const GLYPHS = /[␣↵␍⇥]/u;
/** A combining mark that has nothing before it to combine with. */
const COMBINING = /^\p{M}/u;
const EMOJI = /^\p{Emoji}/u;
const PICTURE = /^\p{Extended_Pictographic}/u;
const ASCII = /^\p{ASCII}*$/u;
const ZERO_WIDTH_JOINER = '\u200d';
const EMOJI_PRESENTATION = '\ufe0f';

let segmenter: Intl.Segmenter | undefined;

function* graphemes(text: string): Generator<string> {
  if (ASCII.test(text)) {
    yield* text;
    return;
  }
  segmenter ??= new Intl.Segmenter('en', { granularity: 'grapheme' });
  for (const { segment } of segmenter.segment(text)) {
    yield segment;
  }
}

/** Whether a code point can be seen for what it is, between its neighbours in a grapheme. */
function isSeen(point: string, previous: string | undefined, next: string | undefined): boolean {
  if (point === EMOJI_PRESENTATION) {
    return previous !== undefined && EMOJI.test(previous);
  }
  if (point === ZERO_WIDTH_JOINER) {
    return previous !== undefined && next !== undefined && PICTURE.test(next);
  }
  if (UNSEEN.test(point) || GLYPHS.test(point)) {
    return false;
  }
  return !COMBINING.test(point) || (previous !== undefined && !UNSEEN.test(previous));
}

function boxed(point: string): DisplaySegment {
  const code = (point.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
  return { text: `U+${code}`, kind: 'boxed' };
}

/** The segments of a grapheme that is not plain; neighbouring plain code points are one. */
function segmentsOf(grapheme: string): readonly DisplaySegment[] {
  const points = Array.from(grapheme);
  const segments: DisplaySegment[] = [];
  points.forEach((point, index) => {
    const white = WHITE.get(point);
    const last = segments.at(-1);
    if (white !== undefined) {
      segments.push({ text: white.glyph, kind: 'marker', mark: white.mark });
    } else if (!isSeen(point, points[index - 1], points[index + 1])) {
      segments.push(boxed(point));
    } else if (last?.kind === 'plain') {
      segments[segments.length - 1] = { text: last.text + point, kind: 'plain' };
    } else {
      segments.push({ text: point, kind: 'plain' });
    }
  });
  return segments;
}

/** Collects the segments of one token until it is full. */
class Chip {
  readonly segments: DisplaySegment[] = [];
  private shown = 0;

  /** Answers whether there is room for more. */
  add(grapheme: string): boolean {
    if (grapheme.length > MAX_GRAPHEME_UNITS) {
      return this.add(leading(grapheme, MAX_GRAPHEME_UNITS)) && this.cut();
    }
    if (grapheme === TIMES && this.segments.at(-1)?.kind === 'marker') {
      return this.put(boxed(grapheme));
    }
    const plain = !UNSEEN.test(grapheme) && !GLYPHS.test(grapheme) && !COMBINING.test(grapheme);
    return plain
      ? this.put({ text: grapheme, kind: 'plain' })
      : segmentsOf(grapheme).every((segment) => this.put(segment));
  }

  /** Answers that there is no more room. */
  cut(): false {
    this.segments.push(CUT);
    return false;
  }

  private put(segment: DisplaySegment): boolean {
    const last = this.segments.at(-1);
    if (last?.mark !== undefined && last.mark === segment.mark) {
      const count = (last.count ?? 1) + 1;
      this.replaceLast({ ...segment, text: `${segment.text}${TIMES}${count}`, count });
      return true;
    }
    if (this.shown === MAX_SHOWN_GRAPHEMES) {
      return this.cut();
    }
    this.shown += 1;
    if (last?.kind === 'plain' && segment.kind === 'plain') {
      this.replaceLast({ text: last.text + segment.text, kind: 'plain' });
    } else {
      this.segments.push(segment);
    }
    return true;
  }

  private replaceLast(segment: DisplaySegment): void {
    this.segments[this.segments.length - 1] = segment;
  }
}

/** The first code units of a text, no surrogate pair divided. */
function leading(text: string, units: number): string {
  return text.length <= units ? text : text.slice(0, units).replace(/[\ud800-\udbff]$/, '');
}

function textSegments(text: string): readonly DisplaySegment[] {
  const chip = new Chip();
  const looked = leading(text, MAX_CODE_UNITS);
  for (const grapheme of graphemes(looked)) {
    if (!chip.add(grapheme)) {
      return chip.segments;
    }
  }
  if (looked.length < text.length) {
    chip.cut();
  }
  return chip.segments;
}

function byteSegments(hex: string): readonly DisplaySegment[] {
  const shown = hex.slice(0, MAX_SHOWN_GRAPHEMES * HEX_PER_BYTE).toUpperCase();
  const bytes: DisplaySegment = { text: (shown.match(/../gu) ?? []).join(' '), kind: 'boxed' };
  return shown.length < hex.length ? [bytes, CUT] : [bytes];
}

/** The parts of a token's chip, in order. */
export function displaySegments(token: DisplayToken): readonly DisplaySegment[] {
  const { id, text, hex, padding, continuation } = token;
  if (padding === true) {
    return [{ text: `padding ${id}`, kind: 'plain' }];
  }
  if (text === null) {
    return hex === undefined ? [{ text: `#${id}`, kind: 'plain' }] : byteSegments(hex);
  }
  if (text === '') {
    return [{ text: EMPTY, kind: 'marker', mark: 'empty' }];
  }
  if (text === EMPTY) {
    return [boxed(text)];
  }
  return continuation === true
    ? [
        { text: CONTINUATION, kind: 'dim', mark: 'continuation' },
        ...textSegments(text.slice(CONTINUATION.length)),
      ]
    : textSegments(text);
}

/** The same in one line of text, for terminals, tree descriptions and tables: what is boxed stands in brackets. */
export function displayText(token: DisplayToken): string {
  return displaySegments(token)
    .map(({ text, kind }) => (kind === 'boxed' ? `[${text}]` : text))
    .join('');
}

/** How marks are spoken, by how many characters they stand for. */
export type SpokenMarks = Readonly<Record<DisplayMark, (count: number) => string>>;

function counted(count: number, one: string): string {
  return count === 1 ? one : `${count} ${one}s`;
}

const ENGLISH: SpokenMarks = {
  space: (count) => counted(count, 'space'),
  newline: (count) => counted(count, 'new line'),
  return: (count) => counted(count, 'carriage return'),
  tab: (count) => counted(count, 'tab'),
  continuation: () => 'continued',
  empty: () => 'empty',
  cut: () => 'and more',
};

/** A token's accessible name: "space she". `marks` translates what stands for characters. */
export function accessibleName(token: DisplayToken, marks: SpokenMarks = ENGLISH): string {
  return displaySegments(token)
    .map(({ text, mark, count = 1 }) => (mark === undefined ? text : marks[mark](count)))
    .join(' ');
}
