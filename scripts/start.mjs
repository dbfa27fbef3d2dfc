/**
 * `npm start`: builds the extension and opens a VS Code on a copy of the sample model.
 *
 * With a display: a desktop VS Code, which is VSCODE_TEST_EXECUTABLE, else `code` on the PATH, else
 * one that is downloaded. Without: VS Code in the browser, until Ctrl+C.
 *
 *   npm start -- --web          in the browser even with a display
 *   npm start -- --port 9000    at that port (8765 if it is free)
 */
import { spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { HOST } from '../test/vscode/paths.mjs';
import { manageExtensions, seedProfile, startServer } from '../test/vscode/server.mjs';
import { setUp, SetupError } from '../test/vscode/setup.mjs';
import { vsixPath } from './package.mjs';

const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const HOME = path.join(ROOT, '.tmp/start');
const WORKSPACE = path.join(HOME, 'sample');
const USER_DATA = path.join(HOME, 'user-data');
const PREFERRED_PORT = 8765;
const NEXT_STEP = 'click model.safetensors in the Explorer.';

/** @param {string} script */
function npmRun(script) {
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const result = spawnSync(npm, ['run', '--silent', script], {
    cwd: ROOT,
    stdio: ['ignore', 'inherit', 'inherit'],
    shell: process.platform === 'win32',
  });
  if (result.status !== 0) {
    throw new SetupError(`"npm run ${script}" failed: see its output above.`);
  }
}

/** A copy, so that nothing done in VS Code changes the project. */
function makeWorkspace() {
  if (!fs.existsSync(WORKSPACE)) {
    fs.cpSync(path.join(ROOT, 'media/sample'), WORKSPACE, { recursive: true });
  }
}

function hasDisplay() {
  if (process.platform !== 'linux') return true;
  return Boolean(process.env['DISPLAY'] || process.env['WAYLAND_DISPLAY']);
}

/**
 * @returns {Promise<string | undefined>} the executable, or none when there is no way to get one
 */
async function findDesktop() {
  const chosen = process.env['VSCODE_TEST_EXECUTABLE'];
  if (chosen) return path.resolve(chosen);
  const name = process.platform === 'win32' ? 'code.cmd' : 'code';
  const folders = (process.env['PATH'] ?? '').split(path.delimiter);
  const found = folders.map((folder) => path.join(folder, name)).find((f) => fs.existsSync(f));
  if (found !== undefined) return found;
  try {
    const { downloadAndUnzipVSCode } = await import('@vscode/test-electron');
    return await downloadAndUnzipVSCode();
  } catch {
    console.log('No desktop VS Code was found or could be downloaded: it opens in the browser.');
    return undefined;
  }
}

/** @param {string} executable */
function openDesktop(executable) {
  npmRun('build');
  console.log(`
VocabScope is open in a VS Code window of its own.

  Look:  ${NEXT_STEP}
  Stop:  close that window.
`);
  const args = [
    '--wait',
    '--new-window',
    '--disable-workspace-trust',
    `--extensionDevelopmentPath=${ROOT}`,
    `--user-data-dir=${USER_DATA}`,
    WORKSPACE,
  ];
  const windows = process.platform === 'win32';
  const child = spawn(windows ? `"${executable}"` : executable, args, {
    stdio: 'inherit',
    shell: windows,
  });
  child.on('exit', (code) => (process.exitCode = code ?? 1));
}

/**
 * @param {number} port
 * @returns {Promise<boolean>}
 */
function isFree(port) {
  return new Promise((resolve) => {
    const probe = net.createServer();
    probe.once('error', () => resolve(false));
    probe.listen(port, HOST, () => probe.close(() => resolve(true)));
  });
}

/** Makes a profile with the packed extension, as a user would install it. */
function installExtension() {
  const folders = { dataDir: path.join(HOME, 'server'), extensionsDir: path.join(HOME, 'x') };
  seedProfile(USER_DATA);
  fs.mkdirSync(folders.extensionsDir, { recursive: true });
  const install = ['--install-extension', vsixPath(), '--force'];
  const profile = ['--user-data-dir', USER_DATA, '--extensions-dir', folders.extensionsDir];
  if (manageExtensions([...install, ...profile], folders.dataDir) !== 0) {
    throw new SetupError('VS Code could not install the extension: see its output above.');
  }
  return folders;
}

/** @param {string | undefined} chosenPort */
async function openBrowserVersion(chosenPort) {
  setUp({ browser: false });
  npmRun('package');
  const folders = installExtension();
  const preferred = (await isFree(PREFERRED_PORT)) ? PREFERRED_PORT : 0;
  const server = startServer({
    ...folders,
    userDataDir: USER_DATA,
    port: chosenPort === undefined ? preferred : Number(chosenPort),
    log: path.join(HOME, 'server.log'),
  });
  process.on('exit', server.stop);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => process.exit(0));
  const port = await server.ready;
  server.child.on('exit', (code) => {
    console.error(`VS Code ended (${String(code)}): see ${path.join(HOME, 'server.log')}.`);
    process.exit(1);
  });
  console.log(`
VocabScope runs in a VS Code in the browser.

  Open:  http://${HOST}:${port}/?folder=${encodeURI(WORKSPACE)}
  Look:  ${NEXT_STEP}
  Stop:  press Ctrl+C here.

If this is not the machine you sit at, forward the port first:
  ssh -L ${port}:${HOST}:${port} NAME-OF-THIS-MACHINE
`);
}

try {
  const { values } = parseArgs({
    options: { web: { type: 'boolean', default: false }, port: { type: 'string' } },
  });
  makeWorkspace();
  const desktop = !values.web && hasDisplay() ? await findDesktop() : undefined;
  if (desktop === undefined) await openBrowserVersion(values.port);
  else openDesktop(desktop);
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
