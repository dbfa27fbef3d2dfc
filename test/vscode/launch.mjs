#!/usr/bin/env node
/**
 * A stand-in for the `code` executable: the same workbench and a real extension host, in a headless
 * Chromium. It takes the arguments that `runTests()` of @vscode/test-electron passes and exits with
 * the extension tests' code; `--install-extension` and the like work as with `code`.
 *
 *   VSCODE_TEST_TIMEOUT_MS  how long extension tests may take (600000); then it exits with 124
 *   VSCODE_TEST_VERBOSE     prints every log line of the workbench and the page
 *   VSCODE_TEST_SERVER_LOG  a file for the server's output
 *   VSCODE_TEST_LOGS        a folder for VS Code's own logs
 */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { launchBrowser, VIEWPORT } from './browser.mjs';
import { CodeArguments, localPath } from './codeArguments.mjs';
import { HOST } from './paths.mjs';
import { manageExtensions, seedProfile, startServer } from './server.mjs';

const DEFAULT_TIMEOUT_MS = 600_000;
const CLOSING_TIMEOUT_MS = 5_000;
const EXIT_TIMEOUT = 124;
const EXIT_SIGNAL = 130;
const VERBOSE = Boolean(process.env['VSCODE_TEST_VERBOSE']);
/** Log lines of the workbench that say nothing about the tests. */
const NOISE = new RegExp(
  `^(${[
    'Resolv(ed|ing) connection token',
    'Creating a socket',
    'Creation of workbench contribution',
    String.raw`\[reconnection-grace-time\]`,
    'Ignoring fetching additional builtin',
    'Updating additional builtin',
    String.raw`\[Service Worker\]`,
    String.raw`\[AgentHost`,
    String.raw`\[AccountPolicyGate\]`,
    String.raw`\[DefaultAccount\]`,
    'DialogService: ',
    'Canceled: ',
    'No search provider registered',
    // Where the two native modules could not be compiled:
    'Error: Could not locate the bindings file',
    "(Error: )?Cannot find module './build/Release/watchdog'",
  ].join('|')})`,
);

/** One run: server and browser, and the one way out of it. */
class Run {
  /** @type {import('./server.mjs').Server} */
  #server;
  /** @type {import('playwright-core').Browser | undefined} */
  #browser;
  #folder;
  #finished = false;

  /**
   * @param {CodeArguments} args
   * @param {string} folder a short temporary folder, removed at the end
   */
  constructor(args, folder) {
    this.#folder = folder;
    const userDataDir = localPath(args.last('user-data-dir') ?? path.join(folder, 'u'));
    const extensionsDir = localPath(args.last('extensions-dir') ?? path.join(folder, 'x'));
    fs.mkdirSync(extensionsDir, { recursive: true });
    seedProfile(userDataDir);
    this.#server = startServer({
      dataDir: path.join(folder, 's'),
      userDataDir,
      extensionsDir,
      extensionTests: true,
      log: process.env['VSCODE_TEST_SERVER_LOG'],
    });
    process.on('exit', this.#server.stop);
  }

  /** @param {CodeArguments} args */
  async open(args) {
    const port = await this.#server.ready;
    this.#server.child.on('exit', (code) => void this.finish(1, `VS Code ended (${String(code)})`));
    this.#browser = await launchBrowser({ headless: !args.has('headed') });
    this.#browser.on('disconnected', () => void this.finish(1, 'the browser went away'));
    const page = await this.#browser.newPage({ viewport: VIEWPORT });
    page.on('crash', () => void this.finish(1, 'the page crashed'));
    if (VERBOSE) page.on('console', (message) => console.error(`[page] ${message.text()}`));
    await page.exposeFunction('codeAutomationLog', printLog);
    await page.exposeFunction(
      'codeAutomationExit',
      /** @param {number} code @param {unknown} logs */
      (code, logs) => {
        saveLogs(logs);
        return this.finish(code);
      },
    );
    await page.goto(workbenchUrl(args, port), { waitUntil: 'commit' });
  }

  /**
   * @param {number} code the exit code
   * @param {string} [why]
   */
  async finish(code, why) {
    if (this.#finished) return;
    this.#finished = true;
    if (why !== undefined) console.error(`[launcher] ${why}`);
    const closed = this.#browser?.close().catch(() => undefined);
    await Promise.race([closed, new Promise((done) => setTimeout(done, CLOSING_TIMEOUT_MS))]);
    this.#server.stop();
    removeFolder(this.#folder);
    process.exit(code);
  }
}

/**
 * Called for each log line of the workbench, the tests' output among them.
 *
 * @param {'log' | 'warn' | 'error' | 'info' | 'debug'} type
 * @param {unknown[]} args
 */
function printLog(type, args) {
  const [first] = args;
  if (!VERBOSE && typeof first === 'string' && NOISE.test(first)) return;
  (type === 'error' || type === 'warn' ? console.error : console.log)(...args);
}

/** @param {unknown} logs VS Code's own logs: `{ relativePath, contents }` each */
function saveLogs(logs) {
  const folder = process.env['VSCODE_TEST_LOGS'];
  if (folder === undefined || !Array.isArray(logs)) return;
  for (const { relativePath, contents } of logs) {
    const file = path.join(folder, relativePath);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, contents);
  }
}

/**
 * @param {CodeArguments} args
 * @param {number} port
 */
function workbenchUrl(args, port) {
  /** @param {string} file */
  const remote = (file) =>
    /^(?!file:)[a-z][a-z0-9+.-]*:\/\//i.test(file)
      ? file
      : `vscode-remote://${HOST}:${port}${encodeURI(localPath(file))}`;
  const payload = [
    ...args.all('extensionDevelopmentPath').map((p) => ['extensionDevelopmentPath', remote(p)]),
    ...args.all('extensionTestsPath').map((p) => ['extensionTestsPath', remote(p)]),
    ...(args.has('disable-extensions') ? [['disableExtensions', 'true']] : []),
    ['skipWelcome', 'true'],
    ['skipReleaseNotes', 'true'],
  ];
  const query = new URLSearchParams();
  const target = args.last('folder-uri') ?? args.last('file-uri') ?? args.paths[0];
  if (target === undefined) query.set('ew', 'true');
  else query.set(target.endsWith('.code-workspace') ? 'workspace' : 'folder', localPath(target));
  query.set('payload', JSON.stringify(payload));
  return `http://${HOST}:${port}/?${query.toString()}`;
}

/** @param {string} folder */
function removeFolder(folder) {
  try {
    fs.rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  } catch {
    // a late writer in a temporary folder: the system clears it
  }
}

async function main() {
  const argv = process.argv.slice(2);
  const args = new CodeArguments(argv);
  // Unix sockets lie in it or beside it, and their paths must be short.
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'vt-'));
  if (args.managesExtensions) {
    const status = manageExtensions(argv, folder);
    removeFolder(folder);
    process.exit(status);
  }
  const run = new Run(args, folder);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => void run.finish(EXIT_SIGNAL, signal));
  }
  const limit = Number(process.env['VSCODE_TEST_TIMEOUT_MS'] || DEFAULT_TIMEOUT_MS);
  setTimeout(() => void run.finish(EXIT_TIMEOUT, `no result within ${limit} ms`), limit).unref();
  await run.open(args).catch((error) => {
    console.error(error);
    return run.finish(1, 'VS Code did not start');
  });
}

await main();
