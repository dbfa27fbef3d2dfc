/**
 * What VS Code calls to run the integration tests: loads every test file beside it into Mocha.
 */
import fs from 'node:fs';
import path from 'node:path';
import Mocha from 'mocha';
import type { Result } from '../../scripts/results.mjs';

const TEST_TIMEOUT_MS = 30_000;

/** Resolves when all tests passed, rejects otherwise; leaves the counts in the done-file either way. */
export async function run(): Promise<void> {
  process.setSourceMapsEnabled(true);
  const mocha = new Mocha({ ui: 'tdd', timeout: TEST_TIMEOUT_MS, color: false });
  const grep = process.env['VSCODE_TEST_GREP'];
  if (grep !== undefined && grep !== '') mocha.grep(grep);
  for (const file of testFiles()) mocha.addFile(file);
  const result = await runAll(mocha);
  const doneFile = process.env['VSCODE_TEST_DONE_FILE'];
  if (doneFile !== undefined) fs.writeFileSync(doneFile, JSON.stringify(result));
  if (result.failed > 0) throw new Error(`${String(result.failed)} test(s) failed.`);
}

function testFiles(): string[] {
  const files = fs.readdirSync(__dirname, { recursive: true, encoding: 'utf8' });
  return files
    .filter((file) => file.endsWith('.test.cjs'))
    .sort()
    .map((file) => path.join(__dirname, file));
}

function runAll(mocha: Mocha): Promise<Result> {
  const failures: string[] = [];
  return new Promise((resolve) => {
    const runner = mocha.run((failed) => {
      const { passes = 0, pending = 0 } = runner.stats ?? {};
      resolve({ passed: passes, failed, skipped: pending, failures });
    });
    runner.on('fail', (test) => failures.push(test.fullTitle()));
  });
}
