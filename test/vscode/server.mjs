/**
 * Starts VS Code's own web server: the workbench for a browser and a real extension host in Node.
 */
import { spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { HOST, SEED_SETTINGS, SERVER_MAIN, serverNode } from './paths.mjs';

const LISTENING = /Extension host agent listening on (\d+)/;
const MAX_KEPT_OUTPUT_CHARS = 100_000;
/** No marketplace: an empty gallery, so that nothing asks the network. */
const SERVER_ENV = { EXTENSIONS_GALLERY: '{}' };

/**
 * @typedef {object} ServerOptions
 * @property {string} dataDir the server's own data; short, because sockets may lie in it
 * @property {string} userDataDir the profile: settings, state, logs
 * @property {string} extensionsDir installed extensions
 * @property {number} [port] 0, the default: one that is free
 * @property {boolean} [extensionTests] accept extensions under development and extension tests
 * @property {Record<string, string>} [env] more environment for server and extension host
 * @property {string | undefined} [log] a file for the server's output
 */

/**
 * @typedef {object} Server
 * @property {import('node:child_process').ChildProcess} child
 * @property {Promise<number>} ready the port, once it listens
 * @property {() => void} stop ends it and all its extension hosts
 */

/**
 * Starts the server in a process group of its own, so that its extension hosts end with it.
 *
 * @param {ServerOptions} options
 * @returns {Server}
 */
export function startServer(options) {
  const child = spawn(serverNode(), [SERVER_MAIN, ...serverArguments(options)], {
    env: { ...process.env, ...SERVER_ENV, ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  const ready = whenListening(child, options.log);
  ready.catch(() => undefined); // whoever awaits `ready` sees it; nobody else has to
  const stop = () => {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
    } catch {
      // it has ended already
    }
  };
  return { child, ready, stop };
}

/** @param {ServerOptions} options */
function serverArguments({
  dataDir,
  userDataDir,
  extensionsDir,
  port = 0,
  extensionTests = false,
}) {
  return [
    ...['--host', HOST, '--port', String(port), '--without-connection-token'],
    '--accept-server-license-terms',
    ...['--telemetry-level', 'off'],
    '--disable-workspace-trust',
    ...['--reconnection-grace-time', '10'],
    // Without this switch a built workbench ignores extensionDevelopmentPath and extensionTestsPath.
    ...(extensionTests ? ['--enable-smoke-test-driver'] : []),
    ...['--server-data-dir', dataDir],
    ...['--user-data-dir', userDataDir],
    ...['--extensions-dir', extensionsDir],
  ];
}

/**
 * @param {import('node:child_process').ChildProcessByStdio<null, import('node:stream').Readable, import('node:stream').Readable>} child
 * @param {string | undefined} log
 * @returns {Promise<number>}
 */
function whenListening(child, log) {
  const sink = log === undefined ? undefined : fs.createWriteStream(log);
  let output = '';
  return new Promise((resolve, reject) => {
    /** @param {Buffer} chunk */
    const onOutput = (chunk) => {
      sink?.write(chunk);
      if (output.length < MAX_KEPT_OUTPUT_CHARS) output += chunk.toString();
      const port = LISTENING.exec(output)?.[1];
      if (port !== undefined) resolve(Number(port));
    };
    child.stdout.on('data', onOutput);
    child.stderr.on('data', onOutput);
    child.on('error', reject);
    child.on('exit', (code) => {
      reject(new Error(`The VS Code server ended early (${String(code)}):\n${output}`));
    });
  });
}

/**
 * Runs the server's executable for its extension management: `--install-extension` and the like.
 * What it says of its own troubles (logs it cannot write) is shown only when it fails.
 *
 * @param {readonly string[]} args as for `code`
 * @param {string} dataDir
 * @returns {number} its exit code
 */
export function manageExtensions(args, dataDir) {
  const common = ['--accept-server-license-terms', '--server-data-dir', dataDir];
  const result = spawnSync(serverNode(), [SERVER_MAIN, ...common, ...args], {
    stdio: ['ignore', 'inherit', 'pipe'],
    env: { ...process.env, ...SERVER_ENV },
  });
  if (result.status !== 0) process.stderr.write(result.stderr);
  return result.status ?? 1;
}

/**
 * Gives a new profile the tests' settings; one that has settings keeps them.
 *
 * @param {string} userDataDir
 * @returns {void}
 */
export function seedProfile(userDataDir) {
  const settings = path.join(userDataDir, 'User/settings.json');
  if (fs.existsSync(settings)) return;
  fs.mkdirSync(path.dirname(settings), { recursive: true });
  fs.copyFileSync(SEED_SETTINGS, settings);
}
