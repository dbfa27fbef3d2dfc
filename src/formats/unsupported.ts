import { basename } from 'node:path';
import { VocabScopeError } from '../core/errors';
import { nameContent } from './contents';

interface KnownFormat {
  readonly extensions: readonly string[];
  readonly what: string;
}

/** Formats that hold weights and that this version does not read: named, never opened. */
const KNOWN_FORMATS: readonly KnownFormat[] = [
  { extensions: ['.gguf'], what: 'a GGUF file' },
  { extensions: ['.bin.index.json'], what: 'an index of PyTorch shards' },
  { extensions: ['.bin', '.pt', '.pth', '.ckpt', '.pkl'], what: 'a PyTorch file (pickle)' },
  { extensions: ['.onnx'], what: 'an ONNX file' },
  { extensions: ['.npz', '.npy'], what: 'a numpy file' },
  { extensions: ['.h5', '.hdf5', '.keras'], what: 'a Keras file (HDF5)' },
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
  const content = nameContent(head, size);
  if (named === undefined) {
    const what = content === undefined ? 'of an unknown format' : content;
    return new VocabScopeError('unsupportedFormat', `${name} is ${what}. ${ADVICE}`);
  }
  const byContent = content === undefined ? '' : `, and by its content ${content}`;
  return new VocabScopeError(
    'unsupportedFormat',
    `${name} is by its name ${named.what}${byContent}. ${ADVICE}`,
  );
}
