import { expect } from 'vitest';
import type { VSCode } from './vscode';

/**
 * Answers the dialog for a file. While it still lists its first folder it overwrites what is typed: what stands is
 * confirmed only when it is found there at the next look.
 */
export async function answerFileDialog({ page }: VSCode, file: string): Promise<void> {
  const input = page.locator('.quick-input-widget input[type=text]').first();
  await input.waitFor();
  await expect
    .poll(
      async () => {
        const typed = await input.inputValue({ timeout: 1000 }).catch(() => '');
        const answer =
          typed === file
            ? input.press('Enter', { timeout: 1000 })
            : input.fill(file, { timeout: 1000 });
        await answer.catch(() => undefined);
        return input.isVisible();
      },
      { timeout: 20_000, interval: 1000 },
    )
    .toBe(false);
}
