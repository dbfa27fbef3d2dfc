import { spawnSync } from 'node:child_process';
import { open as openFile } from 'node:fs/promises';
import { platform } from 'node:os';
import { medians, ratio, type BenchCase } from '../benchCase';
import { secondsToAnswer } from '../children';
import { D_MODEL, D_VOCAB } from '../gpt2Size';
import { writeGpt2 } from '../models';
import { withScratchFolder } from '../scratch';

const REPETITIONS = 5;
const EMBEDDING_BYTES = 4 * D_VOCAB * D_MODEL;

/** Drops a file from the page cache (posix_fadvise, by GNU dd). @returns whether that was done. */
function evict(file: string): boolean {
  const { status } = spawnSync('dd', [`if=${file}`, 'iflag=nocache', 'count=0', 'status=none']);
  return status === 0;
}

/** Where the numbers of a file's first tensor, the embedding, begin; the file lies on the disk afterwards. */
async function firstTensor(file: string): Promise<number> {
  const handle = await openFile(file, 'r+');
  try {
    // What has not been written yet cannot be dropped from memory.
    await handle.sync();
    const { buffer } = await handle.read(Buffer.alloc(8), 0, 8, 0);
    return 8 + Number(buffer.readBigUInt64LE());
  } finally {
    await handle.close();
  }
}

/**
 * From the start of a process to the words of a table's first 64 rows of a GPT-2-size file, as the panel asks for them:
 * everything opened, under-trained tokens found and left out. Against a process that reads as many bytes as the
 * embedding has, and does nothing with them. The file is dropped from the page cache before each.
 */
export const open: BenchCase = {
  name: 'open',
  run() {
    return withScratchFolder(async (folder) => {
      const file = writeGpt2(folder);
      const offset = await firstTensor(file);
      const what = 'opening a GPT-2-size file to the first words';
      const isCold = platform() === 'linux' && evict(file);
      const fresh = (name: string, args: readonly string[]) => (): Promise<number> => {
        evict(file);
        return secondsToAnswer(name, args);
      };
      const seconds = await medians(
        {
          ours: fresh('openToWords', [folder]),
          bytes: fresh('readBytes', [file, String(offset), String(EMBEDDING_BYTES)]),
        },
        REPETITIONS,
      );
      const how = isCold
        ? 'cold'
        : 'from the page cache, which only Linux with GNU dd can be told to drop';
      return [
        {
          what: `${what}, ${how}, against reading the same bytes`,
          value: ratio(seconds.bytes, seconds.ours),
        },
      ];
    });
  },
};
