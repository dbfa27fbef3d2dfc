import fs from 'node:fs';
import { vsixPath } from '../../../scripts/package.mjs';
import { setUp } from '../../vscode/setup.mjs';

/** Runs once before all end-to-end tests. */
export function setup(): void {
  if (!fs.existsSync(vsixPath())) {
    throw new Error(`There is no ${vsixPath()} to install: run "npm run package" first.`);
  }
  setUp({ browser: true });
}
