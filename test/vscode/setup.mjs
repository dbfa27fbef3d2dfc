/**
 * Installs the VS Code under test into `test/vscode/node_modules`. Does nothing when it is there.
 *
 *   node test/vscode/setup.mjs                the server and, for tests, Chromium
 *   node test/vscode/setup.mjs --server-only  the server alone, for `npm start`
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromiumPath, HERE, nodeHeaders, SERVER_DIR } from './paths.mjs';

const QUIET = ['--no-audit', '--no-fund', '--loglevel=error'];
const STAMP = path.join(HERE, 'node_modules/.ready');
/** Log files and output channels; ends hosts whose server died. The other native modules are not needed. */
const NATIVE_MODULES = ['@vscode/spdlog', '@vscode/native-watchdog'];
const BUILT_MODULE = path.join(SERVER_DIR, 'node_modules/@vscode/spdlog/build/Release/spdlog.node');

/** A set-up that cannot go on; the message is one sentence that says what to do. */
export class SetupError extends Error {}

/**
 * Makes the VS Code under test ready to start.
 *
 * @param {{ browser: boolean }} options `browser`: Chromium is needed too
 * @returns {void}
 */
export function setUp({ browser }) {
  if (browser) ensureChromium();
  if (process.env['VSCODE_SERVER_DIR'] !== undefined) return;
  const wanted = stamp();
  if (!fs.existsSync(STAMP) || fs.readFileSync(STAMP, 'utf8') !== wanted) {
    console.log('Installing the VS Code under test: once, about a minute.');
    installServer();
    fs.writeFileSync(STAMP, wanted);
  }
  if (!fs.existsSync(BUILT_MODULE)) buildNativeModules();
}

/** What the installed files follow from: the lock file's content and the kind of machine. */
function stamp() {
  const lock = fs.readFileSync(path.join(HERE, 'package-lock.json'));
  const hash = createHash('sha256').update(lock).digest('hex').slice(0, 16);
  return `${hash} ${process.platform} ${process.arch}`;
}

/**
 * Scripts are ignored throughout: code-server's own would insist on its Node and compile nine modules.
 * The two folders inside it bring shrinkwraps that pin versions, which `npm ci` refuses.
 */
function installServer() {
  npm(['ci', '--ignore-scripts', ...QUIET], HERE);
  const install = ['install', '--omit=dev', '--ignore-scripts', ...QUIET];
  npm(install, SERVER_DIR);
  npm(install, path.join(SERVER_DIR, 'extensions'));
}

/** VS Code runs without them too, with empty output channels: so nothing here is fatal. */
function buildNativeModules() {
  const missing = ['g++', 'make', 'python3'].filter((program) => !isInstalled(program));
  if (missing.length > 0 && !aptInstall(['g++', 'make', 'python3'])) {
    console.warn(
      `Without ${missing.join(', ')} the log channels of the VS Code under test stay empty; install them to see logs.`,
    );
    return;
  }
  const headers = nodeHeaders();
  const env = headers === undefined ? {} : { npm_config_nodedir: headers };
  try {
    npm(['rebuild', ...NATIVE_MODULES, '--loglevel=error'], SERVER_DIR, env);
  } catch {
    console.warn('Its two native modules did not compile: its log channels stay empty.');
  }
}

function ensureChromium() {
  if (chromiumPath() !== undefined) return;
  if (!aptInstall(['chromium', 'fonts-dejavu-core']) || chromiumPath() === undefined) {
    throw new SetupError(
      'No Chromium was found: install it (apt-get install chromium) or set CHROMIUM_PATH to its executable.',
    );
  }
}

/**
 * @param {string[]} packages
 * @returns {boolean} whether they are installed now
 */
function aptInstall(packages) {
  if (process.getuid?.() !== 0 || !isInstalled('apt-get')) return false;
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  try {
    run('apt-get', ['update', '-qq'], HERE, env);
    run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...packages], HERE, env);
    return true;
  } catch {
    return false;
  }
}

/** @param {string} program */
function isInstalled(program) {
  const folders = (process.env['PATH'] ?? '').split(path.delimiter);
  return folders.some((folder) => fs.existsSync(path.join(folder, program)));
}

/**
 * @param {string[]} args
 * @param {string} cwd
 * @param {Record<string, string>} [env]
 */
function npm(args, cwd, env) {
  run('npm', args, cwd, env);
}

/**
 * @param {string} command
 * @param {string[]} args
 * @param {string} cwd
 * @param {Record<string, string>} [env]
 */
function run(command, args, cwd, env = {}) {
  const started = Date.now();
  const shown = `${command} ${args.filter((arg) => !QUIET.includes(arg)).join(' ')}`;
  console.log(`$ ${shown}   (in ${path.relative(HERE, cwd) || 'test/vscode'})`);
  const result = spawnSync(command, args, {
    cwd,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, ...env },
  });
  if (result.status !== 0) {
    throw new SetupError(`"${shown}" failed: see its output above, then run the set-up again.`);
  }
  console.log(`  ${((Date.now() - started) / 1000).toFixed(1)} s`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    setUp({ browser: !process.argv.includes('--server-only') });
    console.log('The VS Code under test is ready.');
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    console.error(error.message);
    process.exitCode = 1;
  }
}
