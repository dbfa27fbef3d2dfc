import { cpSync, existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Locator } from 'playwright-core';
import { vsixPath } from '../../../scripts/package.mjs';
import { VSCode } from '../../e2e/support/vscode';
import { chromiumPath, SERVER_MAIN } from '../../vscode/paths.mjs';
import { medians, ratio, type BenchCase, type BenchLine } from '../benchCase';

const REPETITIONS = 7;
const MODEL = 'model.safetensors';
const PICTURE = 'pixel.png';
/** A picture of one pixel. */
const PNG =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

/** What a case needs and this machine lacks, as a sentence; null where all is there. */
function missing(): string | null {
  if (!existsSync(vsixPath())) {
    return 'no packed extension: npm run package';
  }
  return chromiumPath() === undefined || !existsSync(SERVER_MAIN)
    ? 'no VS Code to show it: npm run setup:vscode'
    : null;
}

/** Seconds from a double-click in the Explorer to what the editor shows; its editors are closed again. */
function opening(code: VSCode, file: string, shown: () => Locator): () => Promise<number> {
  return async () => {
    const row = code.explorerRow(file);
    await row.waitFor();
    const begun = performance.now();
    await row.dblclick();
    await shown().waitFor();
    const seconds = (performance.now() - begun) / 1000;
    await code.closeEditors();
    return seconds;
  };
}

/**
 * From a double-click on the sample model in the Explorer of a real VS Code, the packed extension installed, to the
 * panel's first paint (its bar and headings), and to its first words. Against the custom editor that VS Code itself brings
 * for pictures, on one pixel: what the webview of any custom editor takes.
 */
export const panel: BenchCase = {
  name: 'panel',
  async run() {
    const what = 'panel: from a double-click to the first';
    const problem = missing();
    if (problem !== null) {
      return [{ what: `${what} paint`, value: problem }];
    }
    const code = await VSCode.start({
      prepare: (workspace) => {
        cpSync(path.resolve('media/sample'), workspace, { recursive: true });
        writeFileSync(path.join(workspace, PICTURE), Buffer.from(PNG, 'base64'));
      },
    });
    try {
      const inside = (testId: string): Locator => code.webview().getByTestId(testId).first();
      const seconds = await medians(
        {
          paint: opening(code, MODEL, () => inside('breadcrumbs')),
          words: opening(code, MODEL, () => inside('token-chip')),
          picture: opening(code, PICTURE, () => code.webview().locator('img').first()),
        },
        REPETITIONS,
      );
      const line = (to: string, ours: number): BenchLine => ({
        what: `${what} ${to}, against VS Code's editor for pictures`,
        value: ratio(seconds.picture, ours),
      });
      return [line('paint', seconds.paint), line('words', seconds.words)];
    } finally {
      await code.stop();
    }
  },
};
