import type { CliCommand } from '../command';
import { align } from './align';
import { classify } from './classify';
import { diff } from './diff';
import { exportCommand } from './export';
import { info } from './info';
import { pairs } from './pairs';
import { runCommand } from './run';
import { search } from './search';
import { steps } from './steps';
import { stitch } from './stitch';
import { tokens } from './tokens';
import { vocab } from './vocab';

/** Every command, in the order of the help page. */
export const COMMANDS: readonly CliCommand[] = [
  info,
  tokens,
  pairs,
  search,
  vocab,
  align,
  diff,
  steps,
  exportCommand,
  runCommand,
  stitch,
  classify,
];
