import { execFileSync } from 'node:child_process';
import { chmod, mkdir, mkdtemp, rm, symlink, truncate, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openFileSource } from '../../../src/io/fileSource';
import { identifyFile, sameIdentity } from '../../../src/io/identity';
import { readSmallFile, readSmallText } from '../../../src/io/smallFile';

/** root reads what nobody may read, and Windows has other permissions. */
const canBeDenied = process.platform !== 'win32' && process.getuid?.() !== 0;

const MAKE_PIPE = 'mkfifo';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vocabscope-io-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

function numbered(length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, index) => (index * 31 + (index >> 8)) % 256);
}

async function place(name: string, bytes: Uint8Array | string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, bytes);
  return path;
}

describe('openFileSource', () => {
  it('reads ranges, short ones and ones of several pieces', async () => {
    const bytes = numbered(9 * 1024 * 1024);
    const source = await openFileSource(await place('long.bin', bytes));
    expect(source).toMatchObject({ name: 'long.bin', size: bytes.length });
    for (const [offset, length] of [
      [0, 0],
      [5, 100],
      [3, bytes.length - 3],
      [bytes.length - 1, 1],
      [bytes.length, 0],
    ] as const) {
      const target = new Uint8Array(length);
      await source.read(offset, target);
      expect(Buffer.compare(target, bytes.subarray(offset, offset + length))).toBe(0);
    }
    await source.close();
  });

  it('reads strided chunks as a plain loop does', async () => {
    const bytes = numbered(3 * 1024 * 1024);
    const source = await openFileSource(await place('strided.bin', bytes));
    const layout = fc.record({
      offset: fc.nat(5000),
      chunk: fc.oneof(fc.integer({ min: 0, max: 9 }), fc.integer({ min: 1, max: 40_000 })),
      gap: fc.oneof(fc.nat(8), fc.nat(9000), fc.nat(100_000)),
      count: fc.nat(300),
    });
    await fc.assert(
      fc.asyncProperty(layout, async ({ offset, chunk, gap, count }) => {
        const stride = chunk + gap;
        const fitting = Math.min(
          count,
          Math.floor((bytes.length - offset - chunk) / Math.max(stride, 1)) + 1,
        );
        const target = new Uint8Array(fitting * chunk);
        await source.readStrided(offset, chunk, stride, fitting, target);
        for (let index = 0; index < fitting; index += 1) {
          const start = offset + index * stride;
          const expected = bytes.subarray(start, start + chunk);
          const actual = target.subarray(index * chunk, (index + 1) * chunk);
          expect(Buffer.compare(actual, expected)).toBe(0);
        }
      }),
    );
    await source.close();
  });

  it('lets events in during long strided reading', async () => {
    const source = await openFileSource(await place('sparse.bin', numbered(100)));
    await truncate(source.path, 500_000_000);
    const sparse = await openFileSource(source.path);
    let events = 0;
    const timer = setInterval(() => {
      events += 1;
    }, 1);
    await sparse.readStrided(0, 2, 20_000, 20_000, new Uint8Array(40_000));
    clearInterval(timer);
    expect(events).toBeGreaterThan(0);
    await source.close();
    await sparse.close();
  });

  it('refuses ranges beyond the end, chunks that overlap and targets that are too short', async () => {
    const source = await openFileSource(await place('short.bin', numbered(100)));
    const target = new Uint8Array(20);
    await expect(source.read(90, target)).rejects.toMatchObject({
      reason: 'truncated',
      message: expect.stringMatching(/short\.bin.*110.*100/u) as string,
    });
    const past = source.readStrided(0, 2, 20, 6, target);
    await expect(past).rejects.toMatchObject({ reason: 'truncated' });
    await expect(source.readStrided(0, 4, 2, 3, target)).rejects.toThrow(RangeError);
    await expect(source.readStrided(0, 4, 8, 6, target)).rejects.toThrow(RangeError);
    await source.close();
  });

  it('says so where the file shrank while it was open', async () => {
    const path = await place('shrinking.bin', numbered(1_000_000));
    const source = await openFileSource(path);
    await truncate(path, 1000);
    const expected = {
      reason: 'changedOnDisk',
      message: expect.stringMatching(/shrinking\.bin changed on disk.*1000000.*1000/u) as string,
    };
    const target = new Uint8Array(900_000);
    await expect(source.read(500, target.subarray(0, 2000))).rejects.toMatchObject(expected);
    await expect(source.read(500, target)).rejects.toMatchObject(expected);
    await expect(source.readStrided(0, 4, 8, 1000, target)).rejects.toMatchObject(expected);
    await expect(source.readStrided(0, 4, 8000, 100, target)).rejects.toMatchObject(expected);
    await source.read(0, target.subarray(0, 1000));
    await source.close();
  });
});

describe('what cannot be opened', () => {
  it('names a missing file, a folder and a link that leads nowhere', async () => {
    await mkdir(join(folder, 'inner'));
    await symlink(join(folder, 'gone'), join(folder, 'dangling'));
    const refusal = (name: string) => expect(openFileSource(join(folder, name))).rejects;
    await refusal('missing.bin').toMatchObject({ reason: 'notFound' });
    await refusal('missing.bin').toThrow(/missing\.bin was not found/u);
    await refusal('dangling').toMatchObject({ reason: 'notFound' });
    await refusal('inner').toMatchObject({ reason: 'unreadable' });
    await refusal('inner').toThrow(/inner is a folder/u);
  });

  it('names a link to itself', async () => {
    const path = join(folder, 'loop');
    await symlink('loop', path);
    await expect(openFileSource(path)).rejects.toMatchObject({ reason: 'unreadable' });
    await expect(openFileSource(path)).rejects.toThrow(/loop.*symbolic link/u);
  });

  it.skipIf(process.platform === 'win32')('does not wait for a pipe', async () => {
    const path = join(folder, 'pipe');
    execFileSync(MAKE_PIPE, [path]);
    await expect(openFileSource(path)).rejects.toThrow(/no regular file/u);
  });

  it.skipIf(!canBeDenied)('says that permission is missing (not testable as root)', async () => {
    const path = await place('denied.bin', numbered(10));
    await chmod(path, 0o000);
    await expect(openFileSource(path)).rejects.toMatchObject({ reason: 'permission' });
    await expect(openFileSource(path)).rejects.toThrow(/permission.*denied\.bin/iu);
  });
});

describe('identifyFile', () => {
  it('changes with size, time and header, not with weights behind the header', async () => {
    const header = Buffer.alloc(100_008, ' ');
    header.writeBigUInt64LE(100_000n);
    const path = await place('model.safetensors', Buffer.concat([header, Buffer.alloc(1000)]));
    const time = new Date(1_700_000_000_000);
    const identityWith = async (change: (bytes: Buffer) => void) => {
      const bytes = Buffer.concat([header, Buffer.alloc(1000)]);
      change(bytes);
      await writeFile(path, bytes);
      await utimes(path, time, time);
      return identifyFile(path);
    };
    const first = await identityWith(() => undefined);
    expect(first.headerSha256).toMatch(/^[0-9a-f]{64}$/u);
    expect(sameIdentity(first, await identityWith(() => undefined))).toBe(true);
    expect(sameIdentity(first, await identityWith((bytes) => bytes.fill(1, 100_007)))).toBe(false);
    expect(sameIdentity(first, await identityWith((bytes) => bytes.fill(1, 100_008)))).toBe(true);
    expect(sameIdentity(first, { ...first, mtimeMs: first.mtimeMs + 1 })).toBe(false);
    expect(sameIdentity(first, { ...first, size: first.size + 1 })).toBe(false);
  });

  it('takes files of any length and claimed header', async () => {
    for (const bytes of [numbered(0), numbered(5), numbered(300_000), Buffer.alloc(20, 0xff)]) {
      const identity = await identifyFile(await place('any.bin', bytes));
      expect(identity.size).toBe(bytes.length);
    }
  });
});

describe('readSmallFile', () => {
  const limit = { maxBytes: 10, reason: 'invalidConfig' } as const;

  it('reads up to the limit and refuses more', async () => {
    const path = await place('small.json', '0123456789');
    expect(await readSmallText(path, limit)).toBe('0123456789');
    await writeFile(path, '0123456789a');
    await expect(readSmallFile(path, limit)).rejects.toMatchObject({ reason: 'invalidConfig' });
    await expect(readSmallFile(path, limit)).rejects.toThrow(/small\.json has 11 bytes/u);
  });

  it('takes a byte order mark off and refuses what is no UTF-8', async () => {
    expect(await readSmallText(await place('bom.json', '\ufeff{}'), limit)).toBe('{}');
    const broken = await place('latin1.json', Uint8Array.of(0x22, 0xe9, 0x22));
    await expect(readSmallText(broken, limit)).rejects.toMatchObject({ reason: 'invalidConfig' });
  });
});
