import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll } from 'vitest';
import { MemoryBudget } from '../../src/engine/memoryBudget';
import { openModel } from '../../src/engine/model/open';
import type { OpenModel } from '../../src/engine/model/openModel';
import { createOnnxBackend } from '../../src/engine/onnx/onnxBackend';
import { OnnxSessions } from '../../src/engine/onnx/onnxSessions';

/** Models of a test file that run in ONNX Runtime with nothing kept on disk, and a folder for what they write. */
export interface RunningModels {
  readonly scratch: string;
  readonly runtime: OnnxSessions;
  /** A model that is named after its folder. */
  readonly open: (folder: string) => Promise<OpenModel>;
}

/** To be called once at the top of a file; all is closed and removed behind its tests. */
export function useRunningModels(): RunningModels {
  const scratch = mkdtempSync(path.join(tmpdir(), 'vocabscope-running-'));
  const runtime = new OnnxSessions(1);
  const backend = createOnnxBackend();
  const opened: OpenModel[] = [];
  afterAll(async () => {
    await Promise.all(opened.map((model) => model.close()));
    await runtime.dispose();
    await backend.dispose();
    rmSync(scratch, { recursive: true, force: true });
  });
  const open = async (folder: string): Promise<OpenModel> => {
    const model = await openModel(
      path.basename(folder),
      { path: folder },
      {
        cache: null,
        budget: new MemoryBudget(2 ** 28),
        backend: () => backend,
        runtime: () => runtime,
      },
    );
    opened.push(model);
    return model;
  };
  return { scratch, runtime, open };
}
