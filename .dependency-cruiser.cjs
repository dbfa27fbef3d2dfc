/**
 * Who may import whom: the table of ARCHITECTURE.md, kept by `npm run check:structure`.
 */

/** A pattern for everything below a folder, or for a module of that name beside its folder. */
const below = (folder) => `^${folder}(/|[.]ts$)`;
const library = (name) => `(^|node_modules/(@types/)?)${name}(/|$)`;

const NUMERIC = ['ml-matrix', 'linear-sum-assignment'];
const FORMATS = ['protobufjs', 'yauzl', 'pickleparser', '@huggingface/gguf'];
const TOKENIZERS = ['@huggingface/tokenizers', 'protobufjs'];
const MESSENGER = ['vscode-messenger', 'vscode-messenger-common', 'vscode-messenger-webview'];

/** What host, webview and command line share: component names, options, how a token is shown, errors as values. */
const SHARED = [
  'src/core/model',
  'src/core/tokenizer/display',
  'src/core/projection/options',
  'src/core/errors',
];

/**
 * One row a folder. `own`: folders of ours it may import beside itself; `types`: those of which it
 * may import types alone; `libraries`: packages; `node`: whether Node's modules too.
 */
const FOLDERS = [
  { folder: 'src/core/tensor', own: ['src/core'] },
  { folder: 'src/core/model', own: ['src/core'], libraries: ['fzf'] },
  { folder: 'src/core/architectures', own: ['src/core'] },
  { folder: 'src/core/tokenizer', own: ['src/core'], libraries: TOKENIZERS },
  { folder: 'src/core/projection', own: ['src/core'], libraries: NUMERIC },
  { folder: 'src/core/analysis', own: ['src/core'], libraries: NUMERIC },
  { folder: 'src/core/errors' },
  { folder: 'src/io', own: ['src/core'], node: true },
  { folder: 'src/formats', own: ['src/core', 'src/io'], libraries: FORMATS, node: true },
  {
    folder: 'src/engine',
    own: ['src/core', 'src/io', 'src/formats', 'src/protocol'],
    libraries: [
      ...['onnxruntime-node', 'onnxruntime-common', 'vscode-jsonrpc'],
      ...[...NUMERIC, ...FORMATS, ...TOKENIZERS],
      ...['ml-kmeans', 'umap-js', 'hyparquet-writer', 'csv-parse'],
    ],
    node: true,
  },
  { folder: 'src/protocol', own: SHARED, types: ['src/core'] },
  {
    folder: 'src/host',
    own: ['src/protocol', ...SHARED],
    types: ['src/core'],
    libraries: ['vscode', 'vscode-jsonrpc', ...MESSENGER],
    node: true,
  },
  {
    folder: 'src/cli',
    own: ['src/engine', 'src/protocol', ...SHARED],
    types: ['src/core'],
    libraries: ['picocolors'],
    node: true,
  },
  {
    folder: 'webview',
    own: ['src/protocol', ...SHARED],
    types: ['src/core'],
    libraries: [
      ...['lit', 'lit-html', 'lit-element', '@lit/[^/]+', '@tanstack/virtual-core', 'uplot', 'fzf'],
      ...['@vscode/webview-ui-toolkit', '@microsoft/fast-[^/]+', 'd3-[^/]+', ...MESSENGER],
    ],
  },
];

/** The rules of one row. */
function rules({ folder, own = [], types = [], libraries = [], node = false }) {
  const allowed = [folder, ...own];
  const typesOnly = types.map((other) => `types of ${other}`);
  const rule = (name, comment, to) => ({
    name: `${folder}: ${name}`,
    comment,
    severity: 'error',
    from: { path: below(folder) },
    to,
  });
  return [
    rule('its folders', `It may import ${[...allowed, ...typesOnly].join(', ')}.`, {
      path: '^(src|webview|test|media|scripts)/',
      pathNot: [...allowed, ...types].map(below),
    }),
    ...types.map((other) =>
      rule('types alone', `It may import types alone of ${other}: use "import type".`, {
        path: below(other),
        pathNot: allowed.map(below),
        dependencyTypesNot: ['type-only', 'type-import'],
      }),
    ),
    rule('its libraries', `It may import ${libraries.join(', ') || 'no library'}.`, {
      path: 'node_modules/|^vscode$',
      pathNot: libraries.map(library),
    }),
    ...(node ? [] : [rule('no Node', 'It runs outside Node too.', { dependencyTypes: ['core'] })]),
  ];
}

module.exports = {
  forbidden: [
    ...FOLDERS.flatMap(rules),
    {
      name: 'every folder has a row',
      comment: 'A new folder under src needs a row in .dependency-cruiser.cjs.',
      severity: 'error',
      from: { path: '^src/', pathNot: FOLDERS.map(({ folder }) => below(folder)) },
      to: {},
    },
    {
      name: 'no circles',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'no barrels',
      comment: 'Import from the file that declares it.',
      severity: 'error',
      from: { path: '^(src|webview)/' },
      to: { path: '/index[.]ts$', pathNot: 'node_modules' },
    },
    {
      name: 'nobody imports tests',
      severity: 'error',
      from: { pathNot: '^test/' },
      to: { path: '^test/' },
    },
    {
      name: 'one module knows the toolkit',
      comment:
        'The toolkit is archived: webview/components/toolkit.ts alone imports it, so that it can be replaced.',
      severity: 'error',
      from: { path: '^(src|webview)/', pathNot: '^webview/components/toolkit[.]ts$' },
      to: { path: library('@vscode/webview-ui-toolkit') },
    },
    {
      name: 'the bench runs without Vitest',
      comment: 'Vitest refuses to be imported outside its own command.',
      severity: 'error',
      from: { path: '^test/bench/' },
      to: { path: library('vitest'), reachable: true },
    },
    {
      name: 'only what package.json names',
      severity: 'error',
      // test/vscode has a package.json of its own and takes playwright-core from the project's.
      from: { pathNot: '^test/vscode/' },
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
    },
    {
      name: 'everything resolves',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true, pathNot: '^vscode$' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^test/vscode/node_modules' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['types', 'import', 'require', 'node', 'default'],
    },
  },
};
