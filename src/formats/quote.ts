/** Names longer than this are shortened in messages. */
const MAX_QUOTED_CHARACTERS = 120;

/**
 * A name from a file, fit for a message: in quotes, shortened, and with control, formatting and lone surrogate
 * characters as `\u{…}`, so that it can neither disguise itself nor drive a terminal.
 */
export function quote(name: string): string {
  const shown = name.slice(0, MAX_QUOTED_CHARACTERS);
  const escaped = shown.replace(
    /[\p{C}\p{Zl}\p{Zp}"\\]/gu,
    (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`,
  );
  return `"${escaped}${name.length > shown.length ? '…' : ''}"`;
}

/** The first few of a list of names, quoted, and how many more there are. */
export function quoteSome(names: readonly string[], shown = 3): string {
  const quoted = names.slice(0, shown).map(quote).join(', ');
  return names.length > shown ? `${quoted} and ${names.length - shown} more` : quoted;
}
