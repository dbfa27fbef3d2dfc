import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { gaussianGenerator } from '../../src/core/projection/seeded';
import { writeTensors, type WrittenTensor } from './syntheticModel';

/** A LoRA adapter: factors of modules, whole tensors, and a config. */
export interface SyntheticAdapter {
  /** By module: rank, inputs, outputs. */
  readonly modules: Readonly<Record<string, readonly [number, number, number]>>;
  readonly whole?: Readonly<Record<string, WrittenTensor>>;
  readonly config?: Readonly<Record<string, unknown>>;
  readonly seed?: number;
}

/** The factors of every module, by the names of PEFT. */
export function adapterTensorsOf({
  modules,
  seed = 7,
}: SyntheticAdapter): Record<string, WrittenTensor> {
  const gauss = gaussianGenerator(seed);
  const made = (...shape: readonly [number, number]): WrittenTensor => ({
    shape,
    values: Float32Array.from({ length: shape[0] * shape[1] }, gauss),
  });
  return Object.fromEntries(
    Object.entries(modules).flatMap(([module, [rank, inputs, outputs]]) => [
      [`base_model.model.${module}.lora_A.weight`, made(rank, inputs)],
      [`base_model.model.${module}.lora_B.weight`, made(outputs, rank)],
    ]),
  );
}

/** Writes an adapter's folder. @returns the folder */
export function writeSyntheticAdapter(folder: string, adapter: SyntheticAdapter): string {
  writeTensors(path.join(folder, 'adapter_model.safetensors'), {
    ...adapterTensorsOf(adapter),
    ...adapter.whole,
  });
  const config = { peft_type: 'LORA', r: 2, lora_alpha: 4, fan_in_fan_out: true };
  writeFileSync(
    path.join(folder, 'adapter_config.json'),
    JSON.stringify({ ...config, ...adapter.config }),
  );
  return folder;
}
