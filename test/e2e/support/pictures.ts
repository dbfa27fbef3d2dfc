import fs from 'node:fs';
import path from 'node:path';
import { expect } from 'vitest';
import { ROOT } from './profile';
import type { VSCode } from './vscode';

/** All of them are packed with the extension. */
const MAX_BYTES = 160_000;

/** A part of the window, in pixels. */
export interface Part {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Where pictures that readers see go: `npm run pictures` puts them in their place, every other run in .tmp/screenshots. */
function folderOf(of: string): string {
  return path.join(ROOT, process.env['PICTURES'] ?? '.tmp/screenshots', of);
}

/** Takes a picture of the window, or of a part of it, as `OF/NAME.png`, and sees to it that it is small. */
export async function takePicture(
  code: VSCode,
  of: 'readme' | 'walkthrough',
  name: string,
  clip?: Part,
): Promise<void> {
  const file = path.join(folderOf(of), `${name}.png`);
  fs.mkdirSync(path.dirname(file), { recursive: true });
  await code.page.screenshot({
    ...{ path: file, animations: 'disabled' },
    ...(clip === undefined ? {} : { clip }),
  });
  expect(fs.statSync(file).size).toBeLessThan(MAX_BYTES);
}
