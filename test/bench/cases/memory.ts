import { platform } from 'node:os';
import path from 'node:path';
import type { BenchCase } from '../benchCase';
import { runChild } from '../children';
import { bfloat16Filler, withScratchFolder, writeSafetensors } from '../scratch';

/** 1 GB as bfloat16. */
const D_VOCAB = 131_072;
const D_MODEL = 4096;
const TENSOR = 'model.embed_tokens.weight';
const GIB = 2 ** 30;

/** Peak memory, over that of the idle process, of preparing and reading an embedding that is streamed from its file. */
export const memory: BenchCase = {
  name: 'memory',
  async run() {
    const what = 'peak memory over the idle process, 1 GB bfloat16 embedding';
    if (platform() !== 'linux') {
      return [{ what, value: 'only Linux tells the peak' }];
    }
    return withScratchFolder(async (folder) => {
      const file = path.join(folder, 'model.safetensors');
      const fill = bfloat16Filler(1);
      writeSafetensors(file, { [TENSOR]: { dtype: 'BF16', shape: [D_VOCAB, D_MODEL], fill } });
      const printed = await runChild('readEmbedding', [file, TENSOR]);
      const { peakBytes } = JSON.parse(printed) as { peakBytes: number };
      return [{ what, value: `${(peakBytes / GIB).toFixed(2)} GB`, goal: '0.2 GB' }];
    });
  },
};
