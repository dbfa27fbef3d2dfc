/** What a file is by its first bytes, for messages that name it. */

/** First bytes that `nameContent` wants to see. */
export const HEAD_BYTES = 512;

const MAX_QUOTED_TEXT = 60;

interface Signature {
  readonly what: string;
  readonly bytes: readonly number[];
  readonly at?: number;
}

const SIGNATURES: readonly Signature[] = [
  { what: 'a GGUF file', bytes: ascii('GGUF') },
  {
    what: 'a zip archive (PyTorch, Keras and numpy archives are zips)',
    bytes: ascii('PK\x03\x04'),
  },
  { what: 'an HDF5 file (Keras)', bytes: ascii('\x89HDF\r\n\x1a\n') },
  { what: 'a numpy array', bytes: ascii('\x93NUMPY') },
  { what: 'a gzip archive', bytes: [0x1f, 0x8b] },
  { what: 'a tar archive', bytes: ascii('ustar'), at: 257 },
  { what: 'a pickle (PyTorch)', bytes: [0x80, 0x02] },
  { what: 'a pickle (PyTorch)', bytes: [0x80, 0x03] },
  { what: 'a pickle (PyTorch)', bytes: [0x80, 0x04] },
  { what: 'a pickle (PyTorch)', bytes: [0x80, 0x05] },
];

function ascii(text: string): readonly number[] {
  return [...Buffer.from(text, 'latin1')];
}

function hasSignature(head: Uint8Array, { bytes, at = 0 }: Signature): boolean {
  return bytes.every((byte, index) => head[at + index] === byte);
}

/** The head as text, the last character perhaps cut off; undefined where it is no text. */
function asText(head: Uint8Array): string | undefined {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(head, { stream: true });
    return /^[^\p{Cc}]*$/u.test(text.replace(/[\t\n\v\f\r]/gu, '')) ? text : undefined;
  } catch {
    return undefined;
  }
}

function nameText(whole: string, size: number): string {
  const text = whole.trimStart();
  if (text.startsWith('version https://git-lfs')) {
    return 'a Git LFS pointer: the weights themselves were not fetched (git lfs pull fetches them)';
  }
  if (/^<(?:!doctype html|html|\?xml)/iu.test(text)) {
    return 'a web page, probably an error that was saved in place of the download';
  }
  if (/^[[{]/u.test(text)) {
    return 'JSON text';
  }
  const isShort = size <= MAX_QUOTED_TEXT && !/[\r\n]/u.test(text);
  return isShort
    ? `plain text (${JSON.stringify(text)}), perhaps a symbolic link that was stored as text`
    : 'plain text';
}

/**
 * What a file is, e.g. `a GGUF file`; undefined where its first bytes tell nothing.
 * @param head the first `HEAD_BYTES` of the file, or all of it.
 */
export function nameContent(head: Uint8Array, size: number): string | undefined {
  const known = SIGNATURES.find((signature) => hasSignature(head, signature));
  if (known !== undefined) {
    return known.what;
  }
  const text = asText(head);
  return text === undefined || head.length === 0 ? undefined : nameText(text, size);
}
