import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** A folder of its own for a test file, and what it takes to fill it. */
export interface TemporaryFolder {
  readonly path: string;
  /** Writes a file, its folders too, and answers its path. */
  place(name: string, content: Uint8Array | string): string;
  remove(): void;
}

export function temporaryFolder(): TemporaryFolder {
  const path = mkdtempSync(join(tmpdir(), 'vocabscope-formats-'));
  return {
    path,
    place: (name, content) => {
      const file = join(path, name);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, content);
      return file;
    },
    remove: () => {
      rmSync(path, { recursive: true, force: true });
    },
  };
}
