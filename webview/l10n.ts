/** Strings of the panel: the English text is the key; the host sends translations with the first answer. */

let translations: Readonly<Record<string, string>> = {};

/** Takes the translations that the host sent, by English text. */
export function setStrings(strings: Readonly<Record<string, string>>): void {
  translations = strings;
}

/** The translation of an English text, `{0}`, `{1}`, … replaced by the arguments. */
export function t(english: string, ...args: readonly (string | number)[]): string {
  const text = Object.hasOwn(translations, english) ? translations[english] : undefined;
  return (text ?? english).replace(/\{(\d+)\}/gu, (placeholder, index: string) => {
    const value = args[Number(index)];
    return value === undefined ? placeholder : String(value);
  });
}
