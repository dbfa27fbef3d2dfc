import type { Host } from '../host';
import type { OpenModel } from '../models/openModel';

/** Opens the model that a path belongs to and shows its panel. @throws EngineFailure */
export async function openPath(host: Host, path: string): Promise<OpenModel> {
  if (host.engine.state === 'failed') host.engine.restart();
  const model = await host.models.open(path);
  await host.panels.show(model);
  return model;
}
