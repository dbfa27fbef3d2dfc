// Bundles the bench and runs it: node test/bench/run.mjs [CASE...]
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import esbuild from 'esbuild';

const root = path.resolve(import.meta.dirname, '../..');
// Below the repository, so that what is not bundled is found in its node_modules.
const outdir = path.join(root, '.tmp/bench');
const children = path.join(import.meta.dirname, 'children');
mkdirSync(outdir, { recursive: true });
writeFileSync(path.join(outdir, 'package.json'), '{"type": "module"}');
await esbuild.build({
  entryPoints: [
    path.join(import.meta.dirname, 'main.ts'),
    ...readdirSync(children).map((name) => path.join(children, name)),
  ],
  outdir,
  outbase: import.meta.dirname,
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  external: ['onnxruntime-node', 'playwright-core', 'axe-core', 'esbuild'],
  plugins: [{ name: 'own places', setup: keepPlaces }],
  // Bundled CommonJS packages ask for Node's modules by require.
  banner: {
    js: "import { createRequire as requireOf } from 'node:module'; const require = requireOf(import.meta.url);",
  },
  logLevel: 'warning',
});

/** What drives VS Code finds its files by its own place, which bundling would change. @param {esbuild.PluginBuild} build */
function keepPlaces(build) {
  build.onLoad(
    { filter: /[/\\](test[/\\](e2e|vscode)|scripts)[/\\].*\.(ts|mjs)$/ },
    ({ path: file }) => ({
      contents: readFileSync(file, 'utf8')
        .replaceAll('import.meta.dirname', JSON.stringify(path.dirname(file)))
        .replaceAll('import.meta.url', JSON.stringify(pathToFileURL(file).href)),
      loader: file.endsWith('.ts') ? 'ts' : 'js',
    }),
  );
}

const main = path.join(outdir, 'main.js');
const { status } = spawnSync(process.execPath, [main, ...process.argv.slice(2)], {
  stdio: 'inherit',
  cwd: root,
});
process.exitCode = status ?? 1;
