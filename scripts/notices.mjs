/**
 * The licences of the libraries that a build bundles: `dist/THIRD-PARTY-NOTICES.txt`, made from what esbuild says it
 * took in, so that no library is forgotten and none is named in vain.
 */
import fs from 'node:fs';
import path from 'node:path';

const LICENCE_FILE = /^(licen[cs]e|copying|notice)(\.(md|txt))?$/i;
const PACKAGE_OF_INPUT = /^(?:.*\/)?node_modules\/((?:@[^/]+\/)?[^/]+)\//;

/**
 * Folders of the packages that a bundle took code from.
 *
 * @param {string[]} inputs paths of bundled files, as esbuild's metafile names them
 * @returns {string[]}
 */
function packageFolders(inputs) {
  const folders = inputs.flatMap((input) => PACKAGE_OF_INPUT.exec(input)?.[0] ?? []);
  return [...new Set(folders)].sort();
}

/**
 * @param {string} folder
 * @returns {string}
 */
function notice(folder) {
  const { name, version, license } = JSON.parse(
    fs.readFileSync(path.join(folder, 'package.json'), 'utf8'),
  );
  const texts = fs
    .readdirSync(folder)
    .filter((file) => LICENCE_FILE.test(file))
    .map((file) => fs.readFileSync(path.join(folder, file), 'utf8').trim());
  return [`${name} ${version} (${license})`, ...texts].join('\n\n');
}

/**
 * Writes the notices of everything that the given bundles contain.
 *
 * @param {import('esbuild').Metafile[]} metafiles
 * @param {string} target
 * @returns {void}
 */
export function writeNotices(metafiles, target) {
  const inputs = metafiles.flatMap((metafile) => Object.keys(metafile.inputs));
  const notices = packageFolders(inputs).map(notice);
  fs.writeFileSync(target, `${notices.join(`\n\n${'-'.repeat(80)}\n\n`)}\n`);
}
