import { access } from 'node:fs/promises';
import type { ExportForm } from '../../protocol/export';

/**
 * The file that a chosen name stands for: a name without the ending of a form takes that of the chosen one. The dialog
 * asked about overwriting what it was given; where the ending leads to another file that exists, `mayOverwrite` is
 * asked.
 * @param chosen A path on the disk.
 * @returns undefined where that file stays as it is
 */
export async function targetFile(
  chosen: string,
  { ending, forms }: { readonly ending: string; readonly forms: readonly ExportForm[] },
  mayOverwrite: (file: string) => Promise<boolean>,
): Promise<string | undefined> {
  const lower = chosen.toLowerCase();
  if (forms.some((form) => lower.endsWith(`.${form.ending}`))) return chosen;
  const file = `${chosen}.${ending}`;
  return !(await isThere(file)) || (await mayOverwrite(file)) ? file : undefined;
}

async function isThere(file: string): Promise<boolean> {
  try {
    await access(file);
    return true;
  } catch {
    return false;
  }
}
