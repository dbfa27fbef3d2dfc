/**
 * The command line of the `code` executable, as far as tests and scripts use it.
 */
import path from 'node:path';

/** Switches that take no value, so that what follows one is a path to open. */
const BOOLEAN_SWITCHES = new Set([
  'disable-extensions',
  'disable-gpu',
  'disable-gpu-sandbox',
  'disable-telemetry',
  'disable-updates',
  'disable-workspace-trust',
  'force',
  'headed',
  'list-extensions',
  'new-window',
  'no-cached-data',
  'no-sandbox',
  'show-versions',
  'skip-release-notes',
  'skip-welcome',
  'verbose',
  'version',
  'wait',
]);

/** Switches with which `code` manages extensions and opens no window. */
const MANAGING_SWITCHES = [
  'install-extension',
  'uninstall-extension',
  'list-extensions',
  'version',
];

/** The parsed command line. */
export class CodeArguments {
  /** @type {string[]} paths to open */
  paths = [];
  /** @type {Map<string, string[]>} each switch's values, in order; '' for a switch without one */
  #values = new Map();

  /** @param {readonly string[]} argv without the executable */
  constructor(argv) {
    const rest = [...argv];
    for (let arg = rest.shift(); arg !== undefined; arg = rest.shift()) {
      if (!arg.startsWith('--')) {
        this.paths.push(arg);
        continue;
      }
      const { name, value } = splitSwitch(arg);
      const next = rest[0];
      const takesNext =
        value === undefined &&
        !BOOLEAN_SWITCHES.has(name) &&
        next !== undefined &&
        !next.startsWith('-');
      this.#add(name, value ?? (takesNext ? rest.shift() : undefined) ?? '');
    }
  }

  /** @param {string} name */
  has(name) {
    return this.#values.has(name);
  }

  /** @param {string} name */
  all(name) {
    return this.#values.get(name) ?? [];
  }

  /** @param {string} name */
  last(name) {
    return this.all(name).at(-1);
  }

  /** Whether this command line manages extensions instead of opening a window. */
  get managesExtensions() {
    return MANAGING_SWITCHES.some((name) => this.has(name));
  }

  /**
   * @param {string} name
   * @param {string} value
   */
  #add(name, value) {
    this.#values.set(name, [...this.all(name), value]);
  }
}

/**
 * @param {string} arg
 * @returns {{ name: string, value: string | undefined }}
 */
function splitSwitch(arg) {
  const equals = arg.indexOf('=');
  if (equals < 0) return { name: arg.slice(2), value: undefined };
  return { name: arg.slice(2, equals), value: arg.slice(equals + 1) };
}

/**
 * The file system path of an argument that is a path or a `file:` URI.
 *
 * @param {string} pathOrUri
 * @returns {string}
 */
export function localPath(pathOrUri) {
  return path.resolve(pathOrUri.replace(/^file:\/\//, ''));
}
