import { basename } from 'node:path';
import { VocabScopeError } from '../core/errors';
import { nameContent } from './contents';

interface KnownFormat {
  readonly extensions: readonly string[];
  readonly what: string;
  /** What `nameContent` says of such files; absent where they have no signature. */
  readonly content?: RegExp;
}

/** Formats that hold weights and that this version does not read: named, never opened. */
const KNOWN_FORMATS: readonly KnownFormat[] = [
  { extensions: ['.gguf'], what: 'a GGUF file', content: /GGUF/u },
  { extensions: ['.bin.index.json'], what: 'an index of PyTorch shards', content: /JSON/u },
  {
    extensions: ['.bin', '.pt', '.pth', '.ckpt', '.pkl'],
    what: 'a PyTorch file (pickle)',
    content: /pickle|zip/u,
  },
  { extensions: ['.onnx'], what: 'an ONNX file' },
  { extensions: ['.npz', '.npy'], what: 'a numpy file', content: /zip|numpy/u },
  { extensions: ['.h5', '.hdf5', '.keras'], what: 'a Keras file (HDF5)', content: /HDF5|zip/u },
  { extensions: ['.msgpack'], what: 'a Flax file (msgpack)' },
];

const ADVICE = 'This version reads safetensors: open the model in that format, or convert it.';

/** File name endings of weights that are recognised, though not read, lower case. */
export const UNSUPPORTED_EXTENSIONS: readonly string[] = KNOWN_FORMATS.flatMap(
  ({ extensions }) => extensions,
);

/** The refusal of a file that no format reads: says what it is, by its content or else by its name. */
export function unsupportedFile(path: string, head: Uint8Array, size: number): VocabScopeError {
  const name = basename(path);
  if (size === 0) {
    return new VocabScopeError(
      'truncated',
      `${name} is empty (0 bytes). Download or copy it again.`,
    );
  }
  const lower = name.toLowerCase();
  const named = KNOWN_FORMATS.find(({ extensions }) =>
    extensions.some((extension) => lower.endsWith(extension)),
  );
  const what = describe(named, nameContent(head, size));
  return new VocabScopeError('unsupportedFormat', `${name} is ${what}. ${ADVICE}`);
}

function describe(named: KnownFormat | undefined, content: string | undefined): string {
  if (named === undefined) {
    return content ?? 'of an unknown format';
  }
  const agrees = content === undefined ? named.content === undefined : named.content?.test(content);
  if (agrees === true) {
    return named.what;
  }
  return `named like ${named.what}, but ${content === undefined ? 'its content is not recognised' : `it is ${content}`}`;
}
