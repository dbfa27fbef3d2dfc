import { expect, test } from 'vitest';
import { childEnvironment } from '../../../src/host/engine/engineProcess';

test('the engine inherits the environment, but no options that are for the host alone', () => {
  const host = {
    HOME: '/home/me',
    NODE_OPTIONS: '--require bootloader.js',
    VSCODE_INSPECTOR_OPTIONS: '{}',
    ELECTRON_RUN_AS_NODE: '',
  };
  expect(childEnvironment(host)).toEqual({ HOME: '/home/me', ELECTRON_RUN_AS_NODE: '1' });
});
