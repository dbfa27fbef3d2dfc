import type { MatmulBackend } from '../../src/core/projection/backend';
import { createOnnxBackend } from '../../src/engine/onnx/onnxBackend';
import { createPlainBackend } from './plainBackend';

/** Every test of numbers runs against all of these. */
export const BACKENDS: readonly (readonly [name: string, backend: MatmulBackend])[] = [
  ['plain TypeScript', createPlainBackend()],
  ['ONNX Runtime', createOnnxBackend()],
];
