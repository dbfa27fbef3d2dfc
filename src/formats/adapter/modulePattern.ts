/**
 * The expressions by which PEFT gives modules a rank or an alpha of their own. They come from strangers, and JavaScript's
 * own engine can take longer than the world lasts for one of 50 characters: what of the language is read here is matched
 * in time proportional to the name times the expression.
 */

/** One character, so many times. */
interface Character {
  readonly accepts: (character: string) => boolean;
  readonly least: 0 | 1;
  readonly repeats: boolean;
}

/** Alternatives, of which one has to match. */
type Choice = readonly Sequence[];
type Sequence = readonly (Character | Choice)[];

const MAX_CHARACTERS = 200;
const DIGIT = /^\d$/u;
const WORD = /^\w$/u;
const LITERAL = /^[\w-]$/u;
const CLASS = /^\[(?:\w-\w|\w)+\]/u;
const QUANTIFIER = /^[*+?]/u;

class Unreadable extends Error {}

function isChoice(piece: Character | Choice): piece is Choice {
  return Array.isArray(piece);
}

/** `[0-35]`: ranges and single characters. */
function classOf(text: string): Character['accepts'] {
  const parts = text.slice(1, -1).match(/\w-\w|\w/gu) ?? [];
  return (character) =>
    parts.some((part) => {
      const [first = '', last = ''] = [part.at(0), part.at(-1)];
      return character >= first && character <= last;
    });
}

/** Reads an expression from its start to its end. */
class Reader {
  private at = 0;

  constructor(private readonly text: string) {}

  /** @throws Unreadable */
  whole(): Choice {
    const choice = this.choice();
    if (this.at < this.text.length) {
      throw new Unreadable();
    }
    return choice;
  }

  private choice(): Choice {
    const sequences = [this.sequence()];
    while (this.take('|')) {
      sequences.push(this.sequence());
    }
    return sequences;
  }

  private sequence(): Sequence {
    const pieces: (Character | Choice)[] = [];
    while (this.at < this.text.length && !'|)'.includes(this.text.charAt(this.at))) {
      pieces.push(this.take('(') ? this.group() : this.character());
    }
    return pieces;
  }

  private group(): Choice {
    this.take('?:');
    const choice = this.choice();
    if (!this.take(')') || QUANTIFIER.test(this.text.slice(this.at))) {
      throw new Unreadable();
    }
    return choice;
  }

  private character(): Character {
    const accepts = this.accepted();
    const [quantifier = ''] = QUANTIFIER.exec(this.text.slice(this.at)) ?? [];
    this.at += quantifier.length;
    return {
      accepts,
      least: quantifier === '*' || quantifier === '?' ? 0 : 1,
      repeats: quantifier === '*' || quantifier === '+',
    };
  }

  private accepted(): Character['accepts'] {
    if (this.take('\\d')) {
      return (character) => DIGIT.test(character);
    }
    if (this.take('\\w')) {
      return (character) => WORD.test(character);
    }
    if (this.take('\\.')) {
      return (character) => character === '.';
    }
    if (this.take('.')) {
      return () => true;
    }
    const [found] = CLASS.exec(this.text.slice(this.at)) ?? [];
    if (found !== undefined) {
      this.at += found.length;
      return classOf(found);
    }
    const literal = this.text.charAt(this.at);
    if (!LITERAL.test(literal)) {
      throw new Unreadable();
    }
    this.at += 1;
    return (character) => character === literal;
  }

  private take(expected: string): boolean {
    const found = this.text.startsWith(expected, this.at);
    this.at += found ? expected.length : 0;
    return found;
  }
}

/** Where a piece may end that begins at one of some places. */
function after(piece: Character | Choice, name: string, starts: ReadonlySet<number>): Set<number> {
  if (isChoice(piece)) {
    return new Set(piece.flatMap((sequence) => [...ends(sequence, name, starts)]));
  }
  const found = new Set<number>(piece.least === 0 ? starts : []);
  let last = new Set(starts);
  while (last.size > 0) {
    const next = new Set<number>();
    for (const start of last) {
      if (start < name.length && piece.accepts(name.charAt(start)) && !found.has(start + 1)) {
        next.add(start + 1);
        found.add(start + 1);
      }
    }
    last = piece.repeats ? next : new Set();
  }
  return found;
}

function ends(sequence: Sequence, name: string, starts: ReadonlySet<number>): ReadonlySet<number> {
  return sequence.reduce((places, piece) => after(piece, name, places), starts);
}

/**
 * Whether an expression matches the end of a module's name, from its start or from after a dot: PEFT's
 * `(.*\.)?(EXPRESSION)$`. Read are names, `.`, `\.`, `\d`, `\w`, classes such as `[0-3]`, the repeats `*`, `+` and `?` of
 * one character, alternatives, groups that are not repeated, `^` at the start and `$` at the end.
 * @returns undefined for any other expression
 */
export function modulePattern(expression: string): ((module: string) => boolean) | undefined {
  if (expression.length > MAX_CHARACTERS) {
    return undefined;
  }
  const isAnchored = expression.startsWith('^');
  let choice: Choice;
  try {
    choice = new Reader(expression.replace(/^\^/u, '').replace(/(?<!\\)\$$/u, '')).whole();
  } catch (error) {
    if (error instanceof Unreadable) {
      return undefined;
    }
    throw error;
  }
  if (isAnchored && choice.length > 1) {
    return undefined;
  }
  return (module) => {
    const starts = new Set([0]);
    for (
      let at = isAnchored ? -1 : module.indexOf('.');
      at >= 0;
      at = module.indexOf('.', at + 1)
    ) {
      starts.add(at + 1);
    }
    return after(choice, module, starts).has(module.length);
  };
}
