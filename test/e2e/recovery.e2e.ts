import { execFileSync } from 'node:child_process';
import { utimesSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { Panel } from './support/panel';
import { addSampleModel } from './support/profile';
import { useVSCode } from './support/useVSCode';

const code = useVSCode({ prepare: (workspace) => addSampleModel(workspace) });

/** Processes of the engine: the profile, and so the extension in it, is this test's own. */
function enginePids(): number[] {
  const lines = execFileSync('ps', ['-A', '-o', 'pid=,args='], { encoding: 'utf8' }).split('\n');
  return lines
    .filter(
      (line) => line.includes(path.dirname(code().workspace)) && line.includes('dist/engine.js'),
    )
    .map((line) => Number.parseInt(line, 10));
}

test('a panel says that the engine was restarted, and goes on', async () => {
  const panel = await Panel.inspect(code(), 'sample');
  await panel.goTo('L4.FF.V');
  await panel
    .get('row-counts')
    .filter({ hasText: /stand out/u })
    .waitFor();
  const [victim, ...others] = enginePids();
  expect(others).toEqual([]);
  process.kill(victim ?? 0, 'SIGKILL');
  await panel
    .get('banner')
    .filter({ hasText: /started again/u })
    .waitFor();
  await code().screenshot('engine-restarted');
  await panel.goTo('L3.FF.K');
  await panel
    .get('row-counts')
    .filter({ hasText: /stand out/u })
    .waitFor();
  await expect.poll(enginePids).toHaveLength(1);
  expect(enginePids()).not.toContain(victim);
});

test('a file that changes on disk is announced, and read anew on request', async () => {
  const panel = await Panel.shown(code());
  const now = new Date();
  utimesSync(path.join(code().workspace, 'sample/model.safetensors'), now, now);
  await panel
    .get('banner')
    .filter({ hasText: /changed/iu })
    .waitFor();
  await panel
    .get('banner')
    .getByText(/reload/iu)
    .click();
  await panel
    .get('banner')
    .filter({ hasText: /changed/iu })
    .waitFor({ state: 'detached' });
  await panel
    .get('row-counts')
    .filter({ hasText: /stand out/u })
    .waitFor();
});
