import { VocabScopeError } from '../../core/errors';
import type { ExportEnding } from '../../protocol/export';
import type { ExportFormat } from './format';
import { csv } from './formats/csv';
import { html } from './formats/html';
import { jsonLines } from './formats/jsonLines';
import { markdown } from './formats/markdown';
import { parquet } from './formats/parquet';

const FORMATS: Readonly<Record<ExportEnding, ExportFormat>> = {
  csv,
  jsonl: jsonLines,
  parquet,
  md: markdown,
  html,
};

/** The ending of a file that says how it is written. @throws VocabScopeError `unwritable` for any other. */
export function endingIn<Ending extends string>(
  formats: readonly { readonly ending: Ending; readonly name: string }[],
  file: string,
): Ending {
  const lower = file.toLowerCase();
  const found = formats.find(({ ending }) => lower.endsWith(`.${ending}`));
  if (found === undefined) {
    const known = formats.map(({ ending, name }) => `.${ending} (${name})`).join(', ');
    throw new VocabScopeError(
      'unwritable',
      `The ending of ${file} does not say how to write it; end the name in one of ${known}.`,
    );
  }
  return found.ending;
}

/** What writes files of that ending. */
export function formatOf(ending: ExportEnding): ExportFormat {
  return FORMATS[ending];
}
