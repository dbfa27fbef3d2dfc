/**
 * Packs dist/vocabscope-TARGET.vsix with the native binaries of one target and checks its size.
 *
 *   npm run package                     for this machine
 *   npm run package -- win32-arm64      for another
 */
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const BINARIES = path.join(ROOT, 'node_modules/onnxruntime-node/bin');
const BYTES_PER_MB = 1024 * 1024;
/** In MB as vsce prints them. The binaries of the other targets are bigger. */
const MAX_MB_LINUX_X64 = 24;
const MAX_MB_OTHERS = 34;

/**
 * The package for a target, by default for this machine.
 *
 * @param {string} [target] such as "linux-x64"
 * @returns {string} its path
 */
export function vsixPath(target = `${process.platform}-${process.arch}`) {
  return path.join(ROOT, `dist/vocabscope-${target}.vsix`);
}

/**
 * The targets that ONNX Runtime brings binaries for, each with the folder they lie in.
 *
 * @returns {Map<string, string>}
 */
function supportedTargets() {
  const targets = new Map();
  for (const api of fs.readdirSync(BINARIES)) {
    for (const platform of fs.readdirSync(path.join(BINARIES, api))) {
      for (const arch of fs.readdirSync(path.join(BINARIES, api, platform))) {
        targets.set(`${platform}-${arch}`, path.join(BINARIES, api, platform, arch));
      }
    }
  }
  return targets;
}

/**
 * Writes the allow-list of one target: .vscodeignore and the target's binaries.
 *
 * @param {string} target
 * @param {string} binaries
 * @returns {string} its path
 */
function writeIgnoreFile(target, binaries) {
  const file = path.join(ROOT, `.tmp/vscodeignore-${target}`);
  const common = fs.readFileSync(path.join(ROOT, '.vscodeignore'), 'utf8');
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, `${common}!${path.relative(ROOT, binaries).replaceAll('\\', '/')}/**\n`);
  return file;
}

/**
 * @param {string} vsix
 * @param {string} target
 */
function checkSize(vsix, target) {
  const megabytes = fs.statSync(vsix).size / BYTES_PER_MB;
  const limit = target === 'linux-x64' ? MAX_MB_LINUX_X64 : MAX_MB_OTHERS;
  const size = `${path.relative(ROOT, vsix)} has ${megabytes.toFixed(2)} MB`;
  if (megabytes > limit) throw new Error(`${size}: more than the ${limit} MB allowed.`);
  console.log(`${size} (at most ${limit}).`);
}

/** @param {string | undefined} chosen */
function main(chosen) {
  const target = chosen ?? `${process.platform}-${process.arch}`;
  const targets = supportedTargets();
  const binaries = targets.get(target);
  if (binaries === undefined) {
    throw new Error(
      `ONNX Runtime has no binaries for "${target}": choose one of ${[...targets.keys()].join(', ')}.`,
    );
  }
  const vsix = vsixPath(target);
  fs.mkdirSync(path.dirname(vsix), { recursive: true });
  const vsce = createRequire(import.meta.url).resolve('@vscode/vsce/vsce');
  const ignoreFile = writeIgnoreFile(target, binaries);
  const result = spawnSync(
    process.execPath,
    [
      ...[vsce, 'package', '--target', target, '--out', vsix, '--ignoreFile', ignoreFile],
      ...['--allow-missing-repository', '--no-rewrite-relative-links'],
    ],
    { cwd: ROOT, stdio: ['ignore', 'inherit', 'inherit'] },
  );
  if (result.status !== 0) throw new Error('vsce could not make the package: see above.');
  checkSize(vsix, target);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    main(process.argv[2]);
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    process.exitCode = 1;
  }
}
