// Builds everything into dist/: one options object per runtime. `--watch` rebuilds, `--production` minifies.
import { chmod, mkdir } from 'node:fs/promises';
import esbuild from 'esbuild';
import { writeNotices } from './scripts/notices.mjs';

const watch = process.argv.includes('--watch');
const production = process.argv.includes('--production');

const common = {
  bundle: true,
  minify: production,
  sourcemap: production ? false : 'linked',
  logLevel: 'info',
  legalComments: 'none',
  metafile: true,
};

const node = {
  ...common,
  platform: 'node',
  format: 'cjs',
  target: 'node20',
  external: ['vscode', 'onnxruntime-node'],
};

const runtimes = [
  { ...node, entryPoints: { extension: 'src/host/extension.ts' }, outdir: 'dist' },
  { ...node, entryPoints: { engine: 'src/engine/main.ts' }, outdir: 'dist' },
  {
    ...node,
    entryPoints: { vocabscope: 'src/cli/main.ts' },
    outdir: 'dist',
    banner: { js: '#!/usr/bin/env node' },
  },
  {
    ...common,
    platform: 'browser',
    format: 'esm',
    target: 'es2022',
    entryPoints: { panel: 'webview/main.ts' },
    outdir: 'dist/webview',
    tsconfig: 'webview/tsconfig.json',
    loader: { '.svg': 'text' },
  },
];

await mkdir('dist', { recursive: true });
if (watch) {
  const contexts = await Promise.all(runtimes.map((options) => esbuild.context(options)));
  await Promise.all(contexts.map((context) => context.watch()));
} else {
  const results = await Promise.all(runtimes.map((options) => esbuild.build(options)));
  const metafiles = results.map(({ metafile }) => metafile);
  writeNotices(metafiles, 'dist/THIRD-PARTY-NOTICES.txt');
  await chmod('dist/vocabscope.js', 0o755);
}
