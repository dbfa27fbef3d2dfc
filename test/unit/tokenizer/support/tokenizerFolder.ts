import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import {
  TOKENIZER_FILES,
  type TokenizerFiles,
  type TokenizerRole,
} from '../../../../src/core/tokenizer/files';
import type { Goldens } from '../../../support/goldens';

/** Tokenizers alone, of families whose weights are no fixture. */
export const TOKENIZERS_FOLDER = path.resolve(import.meta.dirname, '../../../fixtures/tokenizer');
/** A larger collection that some checkouts have beside the project. */
export const SHARED_FOLDER = path.resolve(import.meta.dirname, '../../../../../shared');

export function foldersOf(parent: string): readonly string[] {
  return !existsSync(parent)
    ? []
    : readdirSync(parent, { withFileTypes: true })
        .filter((entry) => entry.isDirectory())
        .map((entry) => path.join(parent, entry.name));
}

/** The contents of one file, undefined where there is none. */
export function bytesOf(folder: string, name: string): Uint8Array | undefined {
  const file = path.join(folder, name);
  return existsSync(file) ? new Uint8Array(readFileSync(file)) : undefined;
}

function jsonOf(folder: string, name: string): Record<string, unknown> {
  const bytes = bytesOf(folder, name) ?? new TextEncoder().encode('{}');
  return JSON.parse(new TextDecoder().decode(bytes)) as Record<string, unknown>;
}

/** All tokenizer files of a folder, by role. */
export function tokenizerFiles(folder: string): TokenizerFiles {
  const modelType = jsonOf(folder, 'config.json')['model_type'];
  const entries = TOKENIZER_FILES.flatMap(({ role, names }) => {
    const bytes = names.map((name) => bytesOf(folder, name)).find((found) => found !== undefined);
    return bytes === undefined ? [] : [[role, bytes] as const];
  });
  return {
    ...(Object.fromEntries(entries) as Partial<Record<TokenizerRole, Uint8Array>>),
    ...(typeof modelType === 'string' ? { modelType } : {}),
  };
}

/** The roles in a folder that alone give a vocabulary. */
export function vocabularyRoles(files: TokenizerFiles): readonly TokenizerRole[] {
  return TOKENIZER_FILES.filter(({ role, vocabulary }) => vocabulary && files[role]).map(
    ({ role }) => role,
  );
}

/** The same files without the other vocabularies among them. */
export function onlyRole(files: TokenizerFiles, role: TokenizerRole): TokenizerFiles {
  const others = vocabularyRoles(files).filter((other) => other !== role);
  return Object.fromEntries(
    Object.entries(files).filter(([key]) => !others.some((other) => other === key)),
  );
}

export function tokenGoldens(folder: string): NonNullable<Goldens['tokenizer']> {
  return (jsonOf(folder, 'goldens.json') as Partial<Goldens>).tokenizer ?? [];
}

/** UTF-8 of a text, or of the JSON of anything else. */
export function utf8(value: unknown): Uint8Array {
  return new TextEncoder().encode(typeof value === 'string' ? value : JSON.stringify(value));
}
