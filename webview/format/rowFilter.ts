/** The filter box of a table of rows: `she`, `token:" she"`, `z>3`, `norm<1`, in any combination. */
import type { NumberFilter, RowFilter } from '../../src/protocol/engineApi';
import { t } from '../l10n';

/** What was typed means this filter; undefined: everything. */
export type ParsedRowFilter =
  | { readonly filter: RowFilter | undefined }
  | {
      /** A sentence: what cannot be read, and how to write it. */
      readonly problem: string;
    };

const FIELDS: readonly NumberFilter['field'][] = ['z', 'norm', 'kurtosis'];
const COMPARISON = /^(?<field>[A-Za-z]+)(?<operator>[<>])(?<value>.*)$/su;
const NUMBER = /^[-−+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?$/iu;
const TOKEN_PREFIX = 'token:';

/** A word of the box: everything up to a space outside quotes. `quoted`: it begins with a quote. */
interface Word {
  readonly text: string;
  readonly quoted: boolean;
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r' };

function readQuoted(source: string, start: number): { text: string; end: number } | undefined {
  let text = '';
  for (let at = start + 1; at < source.length; at += 1) {
    const character = source.charAt(at);
    if (character === '"') return { text, end: at + 1 };
    if (character === '\\' && at + 1 < source.length) {
      at += 1;
      const escaped = source.charAt(at);
      text += ESCAPES[escaped] ?? escaped;
    } else {
      text += character;
    }
  }
  return undefined;
}

function splitWords(source: string): readonly Word[] | undefined {
  const words: Word[] = [];
  let at = 0;
  while (at < source.length) {
    if (/\s/u.test(source.charAt(at))) {
      at += 1;
      continue;
    }
    const quoted = source.charAt(at) === '"';
    let text = '';
    while (at < source.length && !/\s/u.test(source.charAt(at))) {
      if (source.charAt(at) === '"') {
        const part = readQuoted(source, at);
        if (part === undefined) return undefined;
        text += part.text;
        at = part.end;
      } else {
        text += source.charAt(at);
        at += 1;
      }
    }
    words.push({ text, quoted });
  }
  return words;
}

function readComparison(word: string): NumberFilter | { problem: string } | undefined {
  const groups = COMPARISON.exec(word)?.groups;
  const field = FIELDS.find((name) => name === groups?.['field']?.toLowerCase());
  if (groups === undefined || field === undefined) return undefined;
  const value = groups['value'] ?? '';
  if (!NUMBER.test(value)) {
    return { problem: t('“{0}” needs a number, for example z>3.', word) };
  }
  return {
    field,
    operator: groups['operator'] === '<' ? '<' : '>',
    value: Number(value.replace('−', '-')),
  };
}

/** Reads what was typed into the filter box. */
export function parseRowFilter(source: string): ParsedRowFilter {
  const words = splitWords(source);
  if (words === undefined) {
    return { problem: t('A quote is not closed: write token:" she".') };
  }
  const texts: string[] = [];
  const numbers: NumberFilter[] = [];
  let token: string | undefined;
  for (const { text, quoted } of words) {
    const comparison = quoted ? undefined : readComparison(text);
    if (comparison !== undefined && 'problem' in comparison) return comparison;
    if (comparison !== undefined) {
      numbers.push(comparison);
    } else if (!quoted && text.startsWith(TOKEN_PREFIX)) {
      token = text.slice(TOKEN_PREFIX.length);
      if (token === '') {
        return { problem: t('Write the token after token:, for example token:" she".') };
      }
    } else if (text !== '') {
      texts.push(text);
    }
  }
  if (texts.length === 0 && numbers.length === 0 && token === undefined) {
    return { filter: undefined };
  }
  return {
    filter: {
      ...(texts.length === 0 ? {} : { text: texts.join(' ') }),
      ...(token === undefined ? {} : { token }),
      ...(numbers.length === 0 ? {} : { numbers }),
    },
  };
}
