/**
 * Runs the integration tests: Mocha inside the extension host of a real VS Code.
 *
 * Which VS Code: VSCODE_TEST_EXECUTABLE, else on Linux the one of test/vscode, else a desktop
 * VS Code that @vscode/test-electron downloads (VSCODE_TEST_VERSION: which one).
 * VSCODE_TEST_GREP runs only the tests whose names match; VSCODE_TEST_TIMEOUT_MS limits the run.
 */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { runTests } from '@vscode/test-electron';
import esbuild from 'esbuild';
import { saveResult } from '../../scripts/results.mjs';
import { HERE as VSCODE_DIR } from '../vscode/paths.mjs';
import { setUp, SetupError } from '../vscode/setup.mjs';

const HERE = path.dirname(fileURLToPath(import.meta.url));
const ROOT = path.resolve(HERE, '../..');
const DEFAULT_TIMEOUT_MS = 600_000;
/** What the launcher itself needs after its own time limit. */
const GRACE_MS = 20_000;
const EXIT_TIMEOUT = 124;

/**
 * Bundles the suite loader and every test file, one output each.
 *
 * @param {string} outdir
 * @returns {Promise<string>} the loader's bundle
 */
async function bundleSuite(outdir) {
  const files = fs.readdirSync(HERE, { recursive: true, encoding: 'utf8' });
  const tests = files.filter((file) => file.endsWith('.test.ts'));
  await esbuild.build({
    entryPoints: ['index.ts', ...tests].map((file) => path.join(HERE, file)),
    outbase: HERE,
    outdir,
    outExtension: { '.js': '.cjs' },
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    sourcemap: 'inline',
    external: ['vscode', 'mocha', 'onnxruntime-node'],
    logLevel: 'warning',
  });
  return path.join(outdir, 'index.cjs');
}

/**
 * @returns {{ vscodeExecutablePath: string } | { version: string }}
 */
function chooseVSCode() {
  const chosen = process.env['VSCODE_TEST_EXECUTABLE'];
  if (chosen) return { vscodeExecutablePath: path.resolve(chosen) };
  if (process.platform !== 'linux') {
    return { version: process.env['VSCODE_TEST_VERSION'] ?? 'stable' };
  }
  setUp({ browser: true });
  return { vscodeExecutablePath: path.join(VSCODE_DIR, 'launch.mjs') };
}

/**
 * A workspace with the sample model, to open and to write into.
 *
 * @param {string} folder
 */
function makeWorkspace(folder) {
  const workspace = path.join(folder, 'workspace');
  fs.mkdirSync(workspace);
  fs.cpSync(path.join(ROOT, 'media/sample'), path.join(workspace, 'sample'), { recursive: true });
  return workspace;
}

/**
 * The launcher keeps the same limit; this one holds for any other VS Code.
 *
 * @returns {void}
 */
function limitTime() {
  const limit = Number(process.env['VSCODE_TEST_TIMEOUT_MS'] || DEFAULT_TIMEOUT_MS) + GRACE_MS;
  setTimeout(() => {
    console.error(`The integration tests did not end within ${limit} ms.`);
    process.kill(process.pid, 'SIGINT'); // runTests ends VS Code on it
    setTimeout(() => process.exit(EXIT_TIMEOUT), GRACE_MS / 2);
  }, limit).unref();
}

/**
 * What the suite left: a crashed extension host can end with exit code 0, so only this counts.
 *
 * @param {string} doneFile
 */
function checkDone(doneFile) {
  if (!fs.existsSync(doneFile)) {
    throw new Error('The tests did not finish: the extension host ended before them.');
  }
  const result = JSON.parse(fs.readFileSync(doneFile, 'utf8'));
  saveResult(result);
  if (result.failed > 0) throw new Error(`${result.failed} integration test(s) failed.`);
  if (result.passed === 0) throw new Error('No integration test ran.');
}

async function main() {
  if (!fs.existsSync(path.join(ROOT, 'dist/extension.js'))) {
    throw new SetupError('There is no dist/extension.js to test: run "npm run build" first.');
  }
  const vscode = chooseVSCode();
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'vs-'));
  // Inside the project, so that the bundles find mocha.
  const bundles = path.join(ROOT, `.tmp/integration-${process.pid}`);
  const doneFile = path.join(folder, 'done.json');
  try {
    limitTime();
    await runTests({
      ...vscode,
      extensionDevelopmentPath: ROOT,
      extensionTestsPath: await bundleSuite(bundles),
      launchArgs: [
        makeWorkspace(folder),
        '--disable-extensions',
        `--user-data-dir=${path.join(folder, 'u')}`,
        `--extensions-dir=${path.join(folder, 'x')}`,
      ],
      extensionTestsEnv: { VSCODE_TEST_DONE_FILE: doneFile },
    });
    checkDone(doneFile);
  } catch (error) {
    if (fs.existsSync(doneFile)) checkDone(doneFile);
    throw error;
  } finally {
    fs.rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
    fs.rmSync(bundles, { recursive: true, force: true });
  }
}

try {
  await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
