import type { MatmulBackend } from '../../src/core/projection/backend';
import { createPlainBackend } from './plainBackend';

/** Every test of numbers runs against all of these. */
export const BACKENDS: readonly (readonly [name: string, backend: MatmulBackend])[] = [
  ['plain TypeScript', createPlainBackend()],
];
