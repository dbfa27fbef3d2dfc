/**
 * The Chromium that shows the workbench in tests.
 */
import { chromium } from 'playwright-core';
import { chromiumPath, HOST } from './paths.mjs';

/** Big enough for the Explorer and a panel side by side. */
export const VIEWPORT = { width: 1400, height: 900 };

const CHROMIUM_ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-dev-shm-usage',
  // Nothing but the server under test can be reached.
  `--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE ${HOST}`,
];

/**
 * @param {{ headless?: boolean }} [options]
 * @returns {Promise<import('playwright-core').Browser>}
 */
export function launchBrowser({ headless = true } = {}) {
  const executablePath = chromiumPath();
  if (executablePath === undefined) throw new Error('No Chromium: set CHROMIUM_PATH.');
  return chromium.launch({ executablePath, headless, args: CHROMIUM_ARGUMENTS });
}
