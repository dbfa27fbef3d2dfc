import { physicalCores } from '../../src/engine/onnx/physicalCores';
import type { BenchCase } from './benchCase';
import { align } from './cases/align';
import { assignment } from './cases/assignment';
import { click } from './cases/click';
import { forward } from './cases/forward';
import { heads } from './cases/heads';
import { memory } from './cases/memory';
import { open } from './cases/open';
import { pairs } from './cases/pairs';
import { panel } from './cases/panel';
import { projection } from './cases/projection';
import { scan } from './cases/scan';
import { search } from './cases/search';
import { stitch } from './cases/stitch';
import { table } from './cases/table';
import { Numpy } from './numpy';

/** Every case: a file under `cases` and a line here. */
const CASES: readonly BenchCase[] = [
  projection,
  scan,
  search,
  click,
  open,
  panel,
  table,
  memory,
  pairs,
  heads,
  align,
  assignment,
  forward,
  stitch,
];

const asked = process.argv.slice(2);
const threads = physicalCores();
const numpy = Numpy.start(threads);
console.log('Ratios: their time over ours, higher is better.');
for (const benchCase of CASES.filter(({ name }) => asked.length === 0 || asked.includes(name))) {
  for (const { what, value, goal } of await benchCase.run({ numpy, threads })) {
    console.log(`${what}: ${value}${goal === undefined ? '' : ` (goal ${goal})`}`);
  }
}
numpy?.stop();
