/**
 * Prepares and reads an embedding that is streamed from its file, and prints the peak memory over that of the idle
 * process: `readEmbedding FILE TENSOR`.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { prepareSpace } from '../../../src/core/projection/prepareSpace';
import { readRows } from '../../../src/core/projection/readings';
import { createOnnxBackend } from '../../../src/engine/onnx/onnxBackend';
import { openVocabularyMatrix } from '../../../src/formats/embedding';
import { openCheckpoint } from '../../../src/formats/openCheckpoint';
import { gaussianMatrix, RUN_ROWS, TOP } from '../gpt2Size';

const KIB = 1024;

/** A line of `/proc/self/status`, in bytes. */
function statusBytes(name: 'VmRSS' | 'VmHWM'): number {
  const status = readFileSync('/proc/self/status', 'utf8');
  return Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)?.[1]) * KIB;
}

const [file = '', tensor = ''] = process.argv.slice(2);
const backend = createOnnxBackend();
// The idle engine has its library loaded and has multiplied.
await backend.multiplyTransposed(gaussianMatrix(2, 2, 1), gaussianMatrix(2, 2, 1));
// Forgets the peak so far.
writeFileSync('/proc/self/clear_refs', '5');
const idle = statusBytes('VmRSS');

const checkpoint = await openCheckpoint(file);
const [rows = 0, cols = 0] = checkpoint.tensors.get(tensor)?.shape ?? [];
const view = {
  tensor,
  rows,
  cols,
  rowAxis: 0,
  offset: 0,
  blockLength: rows,
  blockStride: rows,
} as const;
const matrix = openVocabularyMatrix(checkpoint, view, { budgetBytes: 0 });
const counted = new Float32Array(rows).fill(1);
const space = await prepareSpace({ matrix, counted, fold: null, centreControl: false, backend });
await readRows(
  {
    rows: gaussianMatrix(RUN_ROWS, cols, 2),
    space,
    k: TOP,
    rank: 'dot',
    withoutCommon: false,
    statistics: true,
  },
  backend,
);
console.log(JSON.stringify({ peakBytes: statusBytes('VmHWM') - idle }));
await checkpoint.close();
await backend.dispose();
