import type { CheckpointFormat } from './checkpoint';
import { detectSafetensors } from './safetensors/detect';
import { readSafetensors } from './safetensors/read';

/** Every format that is read: one line each, asked in this order. */
export const FORMATS: readonly CheckpointFormat[] = [
  {
    name: 'safetensors',
    extensions: ['.safetensors', '.safetensors.index.json'],
    detect: detectSafetensors,
    read: readSafetensors,
  },
];
