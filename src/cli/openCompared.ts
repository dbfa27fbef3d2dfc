import type { WorkContext } from '../engine/context';
import type { EngineService } from '../engine/service';
import type { OpenParams } from '../protocol/engineApi';
import type { ModelSummary } from '../protocol/modelSummary';
import type { CliOptions, CliValues } from './command';
import { openParams } from './sharedOptions';

/** Options of commands that open several models. */
export const COMPARED_OPTIONS: CliOptions = {
  tokenizer: {
    config: { type: 'string' },
    value: 'PATH',
    help: 'a tokenizer file or folder, for each model that has none beside it',
  },
  config: {
    config: { type: 'string' },
    value: 'PATH',
    help: 'a config.json, for each model that has none beside it',
  },
};

/** Opens one of several models; a tokenizer or config that was chosen stands in only where the model has none. */
export async function openCompared(
  engine: EngineService,
  path: string,
  values: CliValues,
  context: WorkContext,
): Promise<ModelSummary> {
  const { tokenizer, config } = openParams(path, values);
  const found = await engine.open({ path }, context);
  const chosen: OpenParams = {
    path,
    ...(tokenizer === undefined || found.tokenizerPath !== null ? {} : { tokenizer }),
    ...(config === undefined || found.configPath !== null ? {} : { config }),
  };
  if (chosen.tokenizer === undefined && chosen.config === undefined) {
    return found;
  }
  await engine.close({ model: found.model }, context);
  return engine.open(chosen, context);
}
