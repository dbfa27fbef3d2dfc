import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, join, sep } from 'node:path';
import { isFolder } from '../io/fileKind';
import { readSmallText } from '../io/smallFile';

const REPOSITORY = /^models--(?<name>.+)$/u;
const SNAPSHOTS = 'snapshots';

/** A reference holds the name of a revision and nothing else. */
const MAX_REFERENCE_BYTES = 256;
const REVISION = /^[\w-]+$/u;

/**
 * The folder of a Hugging Face cache, `models--org--name`, or `snapshots` in it, leads to one snapshot: the one
 * that `refs/main` names, else the newest. Undefined for any other folder, and where there is no snapshot.
 */
export async function snapshotOf(folder: string): Promise<string | undefined> {
  const repository = basename(folder) === SNAPSHOTS ? dirname(folder) : folder;
  if (!REPOSITORY.test(basename(repository))) {
    return undefined;
  }
  const snapshots = join(repository, SNAPSHOTS);
  const reference = await readSmallText(join(repository, 'refs', 'main'), {
    maxBytes: MAX_REFERENCE_BYTES,
    reason: 'unreadable',
  }).catch(() => '');
  const revision = reference.trim();
  if (REVISION.test(revision) && (await isFolder(join(snapshots, revision)))) {
    return join(snapshots, revision);
  }
  return newestFolder(snapshots);
}

async function newestFolder(parent: string): Promise<string | undefined> {
  const names = await readdir(parent).catch(() => []);
  const dated = await Promise.all(
    names.map(async (name) => {
      const path = join(parent, name);
      const stats = await stat(path).catch(() => undefined);
      return { path, mtimeMs: stats?.isDirectory() === true ? stats.mtimeMs : -1 };
    }),
  );
  const folders = dated.filter(({ mtimeMs }) => mtimeMs >= 0);
  folders.sort((a, b) => b.mtimeMs - a.mtimeMs);
  return folders[0]?.path;
}

/** `org/name` of a folder inside a Hugging Face cache; undefined elsewhere. */
export function repositoryName(folder: string): string | undefined {
  const parts = folder.split(sep);
  const snapshots = parts.lastIndexOf(SNAPSHOTS);
  const name = REPOSITORY.exec(parts[snapshots - 1] ?? '')?.groups?.['name'];
  return name === undefined
    ? undefined
    : [name.replace('--', '/'), ...parts.slice(snapshots + 2)].join('/');
}
