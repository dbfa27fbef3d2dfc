import axe from 'axe-core';
import type { AxeResults, RunOptions } from 'axe-core';
import type { Frame } from 'playwright-core';

/** One broken rule of accessibility, short enough for a failure message. */
export interface Violation {
  rule: string;
  impact: string;
  help: string;
  /** Selectors of the elements that break it. */
  elements: string[];
}

/**
 * Runs axe inside a frame.
 *
 * @param skip ids of rules that do not apply, such as "region" in a webview
 */
export async function findViolations(frame: Frame, skip: readonly string[]): Promise<Violation[]> {
  await frame.evaluate(axe.source);
  const options: RunOptions = {
    rules: Object.fromEntries(skip.map((rule) => [rule, { enabled: false }])),
    resultTypes: ['violations'],
  };
  const results = await frame.evaluate(
    (given) =>
      (globalThis as unknown as { axe: { run(o: RunOptions): Promise<AxeResults> } }).axe.run(
        given,
      ),
    options,
  );
  return results.violations.map(({ id, impact, help, nodes }) => ({
    rule: id,
    impact: impact ?? 'unknown',
    help,
    elements: nodes.map((node) => node.target.join(' ')),
  }));
}
