import eslint from '@eslint/js';
import noUnsanitized from 'eslint-plugin-no-unsanitized';
import { defineConfig, globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';

const MAX_LINES_PER_FILE = 400;
const MAX_LINES_PER_FUNCTION = 60;

/** Files whose default export is what a tool asks for. */
const CONFIG_FILES = ['**/*.config.{mts,mjs}', '.dependency-cruiser.cjs'];

const DEFAULT_EXPORT = {
  selector: 'ExportDefaultDeclaration, ExportSpecifier[exported.name="default"]',
  message: 'Export by name: a name is the same wherever it is used.',
};

const REEXPORT = {
  selector: 'ExportAllDeclaration, ExportNamedDeclaration[source]',
  message: 'Import from the file that declares it: no barrels.',
};

/** Holds for every file, JavaScript and TypeScript. */
const everywhere = {
  name: 'everywhere',
  rules: {
    curly: ['error', 'multi-line', 'consistent'],
    eqeqeq: 'error',
    'max-lines': ['error', { max: MAX_LINES_PER_FILE, skipBlankLines: true, skipComments: false }],
    'max-lines-per-function': [
      'error',
      { max: MAX_LINES_PER_FUNCTION, skipBlankLines: true, skipComments: true, IIFEs: true },
    ],
    'no-else-return': 'error',
    'no-implicit-coercion': 'error',
    'no-lonely-if': 'error',
    'no-param-reassign': 'error',
    'no-restricted-syntax': ['error', DEFAULT_EXPORT, REEXPORT],
    'no-useless-rename': 'error',
    'no-var': 'error',
    'object-shorthand': 'error',
    'prefer-const': 'error',
    'prefer-template': 'error',
  },
};

const typescript = {
  name: 'typescript',
  files: ['**/*.ts'],
  extends: [tseslint.configs.strictTypeChecked],
  languageOptions: {
    parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
  },
  rules: {
    '@typescript-eslint/ban-ts-comment': [
      'error',
      { 'ts-ignore': true, 'ts-nocheck': true, 'ts-expect-error': 'allow-with-description' },
    ],
    '@typescript-eslint/consistent-type-imports': 'error',
    '@typescript-eslint/explicit-module-boundary-types': 'error',
    '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
    '@typescript-eslint/no-import-type-side-effects': 'error',
    '@typescript-eslint/no-unnecessary-condition': [
      'error',
      { allowConstantLoopConditions: 'only-allowed-literals' },
    ],
    '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
    '@typescript-eslint/restrict-template-expressions': [
      'error',
      { allowNumber: true, allowBoolean: true },
    ],
    '@typescript-eslint/switch-exhaustiveness-check': 'error',
  },
};

/** The command line's output is the console; everything else has a log channel or an answer. */
const noConsole = {
  name: 'no console',
  files: ['src/**/*.ts', 'webview/**/*.ts'],
  ignores: ['src/cli/**'],
  rules: { 'no-console': 'error' },
};

/** Names of files, tensors and tokens are a stranger's text: it becomes text nodes, never markup. */
const webview = {
  name: 'webview',
  files: ['webview/**/*.ts'],
  extends: [noUnsanitized.configs.recommended],
  rules: {
    'no-eval': 'error',
    'no-implied-eval': 'off',
    '@typescript-eslint/no-implied-eval': 'error',
  },
};

/** A suite's callback is as long as the suite. */
const tests = {
  name: 'tests',
  files: ['test/**/*.ts'],
  rules: {
    'max-lines-per-function': 'off',
    '@typescript-eslint/explicit-module-boundary-types': 'off',
  },
};

/** Scripts and set-up run as they are, in Node. */
const scripts = {
  name: 'scripts',
  files: ['**/*.{mjs,cjs}'],
  languageOptions: {
    globals: Object.fromEntries(
      [
        'Buffer',
        'URL',
        'URLSearchParams',
        'clearTimeout',
        'console',
        'module',
        'process',
        'setTimeout',
      ].map((name) => [name, 'readonly']),
    ),
  },
};

/** They lie outside the TypeScript projects. */
const configFiles = {
  name: 'config files',
  files: CONFIG_FILES,
  extends: [tseslint.configs.disableTypeChecked],
  rules: {
    'no-restricted-syntax': 'off',
    '@typescript-eslint/explicit-module-boundary-types': 'off',
  },
};

export default defineConfig(
  globalIgnores(['**/node_modules/', 'dist/', '.tmp/', '.vscode-test/', 'coverage/']),
  eslint.configs.recommended,
  everywhere,
  typescript,
  noConsole,
  webview,
  tests,
  scripts,
  configFiles,
);
