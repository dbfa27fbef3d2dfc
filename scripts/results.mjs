/**
 * The counts of a test run and the names of what failed, passed in files from the runners to `npm test`.
 */
import fs from 'node:fs';
import path from 'node:path';

/**
 * @typedef {object} Result
 * @property {number} passed
 * @property {number} failed
 * @property {number} skipped
 * @property {string[]} failures the names of the tests that failed
 */

/** `npm test` sets it to the file where the runner it starts leaves its counts. */
export const RESULT_FILE_VARIABLE = 'VOCABSCOPE_TEST_RESULT';

/**
 * Leaves a runner's result where `npm test` wants them; does nothing when the runner was started alone.
 *
 * @param {Result} result
 * @returns {void}
 */
export function saveResult(result) {
  const file = process.env[RESULT_FILE_VARIABLE];
  if (file === undefined) return;
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, JSON.stringify(result));
}

/**
 * The counts in a result file: ours, or those of vitest's JSON reporter.
 *
 * @param {string} file
 * @returns {Result | undefined} undefined when the runner left none
 */
export function readResult(file) {
  if (!fs.existsSync(file)) return undefined;
  const json = JSON.parse(fs.readFileSync(file, 'utf8'));
  if (!('numTotalTests' in json)) return json;
  return {
    passed: json.numPassedTests,
    failed: json.numFailedTests,
    skipped: json.numPendingTests + json.numTodoTests,
    failures: failuresOf(json.testResults),
  };
}

/**
 * @param {{ name: string, message: string, assertionResults: { status: string, fullName: string }[] }[]} files
 * @returns {string[]} a file that could not be loaded counts by its name
 */
function failuresOf(files) {
  return files.flatMap(({ name, message, assertionResults }) => {
    const failed = assertionResults.filter(({ status }) => status === 'failed');
    const file = path.basename(name);
    if (failed.length > 0) return failed.map(({ fullName }) => `${file}: ${fullName}`);
    return message === '' ? [] : [`${file}: ${message}`];
  });
}
