import { isUtf8 } from 'node:buffer';
import { VocabScopeError } from '../../core/errors';
import type { ByteSource } from '../../io/byteSource';
import { claimedHeaderBytes, LENGTH_BYTES, MAX_HEADER_BYTES } from '../../io/headerLength';
import { HEAD_BYTES, nameContent } from '../contents';
import { detectSafetensors } from './detect';
import { invalidFile, parseHeader, type SafetensorsHeader } from './header';
import { requireLayout } from './layout';

/** A validated file: its header, and where in the file the data begins. */
export interface SafetensorsFile extends SafetensorsHeader {
  readonly dataStart: number;
}

async function readHead(source: ByteSource): Promise<Uint8Array> {
  const head = new Uint8Array(Math.min(HEAD_BYTES, source.size));
  await source.read(0, head);
  return head;
}

/** Refuses what is no safetensors file at all, and says what it is where that shows. */
function requireSafetensors(head: Uint8Array, { name, size }: ByteSource): void {
  if (size === 0) {
    throw new VocabScopeError(
      'truncated',
      `${name} is empty (0 bytes). Download or copy it again.`,
    );
  }
  if (detectSafetensors(head, name)) {
    return;
  }
  const content = nameContent(head, size);
  if (content !== undefined) {
    throw new VocabScopeError(
      'notACheckpoint',
      `${name} cannot be read as safetensors, although it is named so: it is ${content}. Open the right file, or ` +
        'download it again.',
    );
  }
  if (size < LENGTH_BYTES) {
    throw new VocabScopeError(
      'truncated',
      `${name} is too short for the header of a safetensors file: it has ${size} bytes. Download or copy it again.`,
    );
  }
  const headerBytes = claimedHeaderBytes(head);
  throw new VocabScopeError(
    'notACheckpoint',
    headerBytes > MAX_HEADER_BYTES
      ? `${name} is no safetensors file: its header would have ${headerBytes} bytes, and ${MAX_HEADER_BYTES} is ` +
          'the limit. Open the right file, or download it again.'
      : `${name} is no safetensors file: its header does not begin with "{". Open the right file, or download it again.`,
  );
}

/**
 * Reads and validates the header of a safetensors file, as the reference reader does.
 * @throws VocabScopeError that names what is wrong, and the tensor where it is one.
 */
export async function readSafetensorsHeader(source: ByteSource): Promise<SafetensorsFile> {
  const head = await readHead(source);
  requireSafetensors(head, source);
  const headerBytes = claimedHeaderBytes(head);
  const dataStart = LENGTH_BYTES + headerBytes;
  if (dataStart > source.size) {
    throw new VocabScopeError(
      'truncated',
      `${source.name} is truncated: its header should have ${headerBytes} bytes and only ${source.size - LENGTH_BYTES} ` +
        'follow. Download or copy it again.',
    );
  }
  const bytes = Buffer.alloc(headerBytes);
  await source.read(LENGTH_BYTES, bytes);
  if (!isUtf8(bytes)) {
    throw invalidFile(source.name, 'its header is no UTF-8 text');
  }
  const header = parseHeader(bytes, source.name);
  requireLayout(header.entries, source.size - dataStart, source.name);
  if (header.entries.length === 0) {
    throw new VocabScopeError('invalidFile', `${source.name} holds no tensor. Open another file.`);
  }
  return { ...header, dataStart };
}
