import type { MatmulBackend } from '../../core/projection/backend';

/** A backend that holds native sessions: `dispose` frees them. */
export interface OnnxBackend extends MatmulBackend {
  dispose(): Promise<void>;
}

export interface OnnxBackendOptions {
  /** Threads of one run; default: physical cores. */
  readonly threads?: number;
}

/** The multiplications by ONNX Runtime. The library is loaded on first use, sessions are made once per kind of graph. */
export function createOnnxBackend(options: OnnxBackendOptions = {}): OnnxBackend {
  throw new Error(`Not yet: ${String(options.threads)}`);
}
