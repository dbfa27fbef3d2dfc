/**
 * `npm test`: every check and every test, one step after the other, and their sum at the end.
 * A step that fails does not stop the others, except those that need what it makes.
 */
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { stripVTControlCharacters } from 'node:util';
import { readResult, RESULT_FILE_VARIABLE } from './results.mjs';

const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const RESULTS = path.join(ROOT, '.tmp/results');
/** The lines with which vitest and Mocha sum up a run. */
const CLOSING_LINE = /^\s*(Test Files\s|Tests\s|\d+ (passing|failing|pending)\b)/;

/**
 * @typedef {object} Step
 * @property {string} name
 * @property {string[]} command
 * @property {string[]} [needs] steps without which this one is pointless
 * @property {boolean} [runsTests] it must run at least one test and leave its counts
 */

/**
 * @typedef {object} Outcome
 * @property {Step} step
 * @property {boolean} ok
 * @property {number} seconds
 * @property {string[]} closingLines
 * @property {import('./results.mjs').Result} counts
 * @property {string} [problem]
 */

/** @param {string} script */
const npm = (script) => ['npm', 'run', '--silent', script];

/** @param {string[]} options */
const vitest = (...options) => [
  process.execPath,
  path.join(ROOT, 'node_modules/vitest/vitest.mjs'),
  ...['run', '--reporter=default', '--reporter=json', ...options],
];

/** @type {Step[]} */
const STEPS = [
  { name: 'types', command: npm('check:types') },
  { name: 'lint', command: npm('lint') },
  { name: 'structure', command: npm('check:structure') },
  { name: 'unit', command: vitest(), runsTests: true },
  { name: 'build', command: npm('build') },
  {
    name: 'command line',
    command: vitest('--config', 'test/cli/vitest.config.mts'),
    needs: ['build'],
    runsTests: true,
  },
  { name: 'package', command: npm('package'), needs: ['build'] },
  { name: 'VS Code', command: npm('setup:vscode') },
  {
    name: 'integration',
    command: [process.execPath, path.join(ROOT, 'test/integration/run.mjs')],
    needs: ['build', 'VS Code'],
    runsTests: true,
  },
  {
    name: 'panel',
    command: vitest('--config', 'test/e2e/webviewHarness/vitest.config.mts'),
    needs: ['VS Code'],
    runsTests: true,
  },
  {
    name: 'end-to-end',
    command: vitest('--config', 'test/e2e/vitest.config.mts'),
    needs: ['package', 'VS Code'],
    runsTests: true,
  },
];

/**
 * Runs a command, shows its output as it comes and keeps the lines that sum up tests.
 *
 * @param {string[]} command
 * @param {Record<string, string>} env
 * @returns {Promise<{ status: number, closingLines: string[] }>}
 */
function run([program = '', ...args], env) {
  const child = spawn(program, args, {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
    shell: process.platform === 'win32',
  });
  let output = '';
  child.stdout.on('data', (chunk) => {
    process.stdout.write(chunk);
    output += chunk;
  });
  child.stderr.on('data', (chunk) => process.stderr.write(chunk));
  return new Promise((resolve) => {
    child.on('error', (error) => {
      console.error(error.message);
      resolve({ status: 1, closingLines: [] });
    });
    child.on('close', (status) => {
      const lines = stripVTControlCharacters(output).split('\n');
      const closingLines = lines.filter((line) => CLOSING_LINE.test(line)).map((l) => l.trim());
      resolve({ status: status ?? 1, closingLines });
    });
  });
}

/**
 * @param {Step} step
 * @returns {Promise<Outcome>}
 */
async function runStep(step) {
  console.log(`\n=== ${step.name}`);
  const started = Date.now();
  const resultFile = path.join(RESULTS, `${step.name}.json`);
  const output = step.command.includes('--reporter=json')
    ? [`--outputFile.json=${resultFile}`]
    : [];
  const { status, closingLines } = await run([...step.command, ...output], {
    [RESULT_FILE_VARIABLE]: resultFile,
  });
  const seconds = (Date.now() - started) / 1000;
  const counts = readResult(resultFile) ?? noTests();
  const problem = findProblem(step, status, counts);
  // A step that fails without a failed test counts as one, so that the sum never looks good.
  if (problem !== undefined && counts.failed === 0) counts.failed = 1;
  const ok = problem === undefined;
  console.log(`=== ${step.name}: ${ok ? 'ok' : problem} (${seconds.toFixed(1)} s)`);
  return { step, ok, seconds, closingLines, counts, ...(ok ? {} : { problem }) };
}

/**
 * @param {Step} step
 * @param {number} status
 * @param {import('./results.mjs').Result} counts
 */
function findProblem(step, status, counts) {
  if (step.runsTests && counts.passed + counts.failed === 0) return 'no test ran';
  if (status !== 0) return 'failed';
  return counts.failed > 0 ? 'failed' : undefined;
}

/**
 * @param {Step} step
 * @returns {Outcome}
 */
function leaveOut(step) {
  const problem = 'left out, because a step it needs failed';
  console.log(`\n=== ${step.name}: ${problem}`);
  const counts = { ...noTests(), failed: 1 };
  return { step, ok: false, seconds: 0, closingLines: [], counts, problem };
}

/** @returns {import('./results.mjs').Result} */
function noTests() {
  return { passed: 0, failed: 0, skipped: 0, failures: [] };
}

/** @param {Outcome[]} outcomes */
function printSummary(outcomes) {
  console.log('\n=== summary');
  for (const { step, seconds, problem } of outcomes) {
    console.log(`${step.name.padEnd(12)} ${seconds.toFixed(1).padStart(7)} s  ${problem ?? 'ok'}`);
  }
  console.log('');
  for (const { step, closingLines } of outcomes.filter(({ step }) => step.runsTests)) {
    for (const line of closingLines) console.log(`${step.name}: ${line}`);
  }
  for (const { step, counts } of outcomes) {
    for (const name of counts.failures) console.log(`${step.name} failed: ${name}`);
  }
  /** @param {'passed' | 'failed' | 'skipped'} kind */
  const sum = (kind) => outcomes.reduce((total, { counts }) => total + counts[kind], 0);
  const skipped = sum('skipped') > 0 ? `, ${sum('skipped')} skipped` : '';
  console.log(`${sum('passed')} passed, ${sum('failed')} failed${skipped}`);
}

fs.rmSync(RESULTS, { recursive: true, force: true });
fs.mkdirSync(RESULTS, { recursive: true });
/** @type {Outcome[]} */
const outcomes = [];
for (const step of STEPS) {
  const failed = outcomes.filter(({ ok }) => !ok).map((outcome) => outcome.step.name);
  const pointless = step.needs?.some((name) => failed.includes(name)) ?? false;
  outcomes.push(pointless ? leaveOut(step) : await runStep(step));
}
printSummary(outcomes);
process.exitCode = outcomes.every(({ ok }) => ok) ? 0 : 1;
