import { afterAll, afterEach, beforeAll } from 'vitest';
import { VSCode, type StartOptions } from './vscode';

/**
 * Starts a VS Code for the tests of a file or a `describe`, and stops it after them. After a test
 * that failed there is a picture of the window in .tmp/screenshots.
 *
 * @returns what gives the running VS Code inside a test
 */
export function useVSCode(options: StartOptions = {}): () => VSCode {
  let running: VSCode | undefined;
  beforeAll(async () => {
    running = await VSCode.start(options);
  });
  afterEach(async ({ task }) => {
    if (task.result?.state === 'fail') {
      await running?.screenshot(`failed ${task.name}`.replace(/[^\w]+/g, '-'));
    }
  });
  afterAll(async () => {
    await running?.stop();
  });
  return () => {
    if (running === undefined) throw new Error('VS Code runs only inside tests.');
    return running;
  };
}
