/** Control characters, line ends and marks that turn text around: what a file could steer a terminal with. */
const UNSAFE = /[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/gu;

/** Text that may come from a file, safe to show on one line of a terminal: `\u{1b}` stands for an escape. */
export function printable(text: string): string {
  return text.replace(UNSAFE, (character) => `\\u{${character.charCodeAt(0).toString(16)}}`);
}
