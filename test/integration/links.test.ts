import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { Host } from '../../src/host/host';
import type { OpenModel } from '../../src/host/models/openModel';
import { closeAll, EXTENSION_ID, inWorkspace, theHost, until } from './support/extension';

const PLACE = { page: 'row', component: 'L4.FF.V[12]' };

suite('links to places in models', () => {
  let host: Host;
  let model: OpenModel;

  setup(async () => {
    host = await theHost();
    model = await host.models.open(inWorkspace('sample'));
  });
  teardown(closeAll);

  /** As it comes back from wherever it was pasted. */
  function pasted(location: { page: string; component?: string; token?: string }): vscode.Uri {
    return vscode.Uri.parse(host.links.to(model, location).toString(), true);
  }

  async function shown(): Promise<unknown> {
    const panel = await until('a panel', () => host.panels.active);
    return until('a place', () => panel.location ?? false);
  }

  test('name the extension, the model and the component', () => {
    const link = pasted(PLACE);
    assert.equal(link.scheme, vscode.env.uriScheme);
    assert.equal(link.authority, EXTENSION_ID);
    assert.match(link.query, /sample\/model\.safetensors&component=L4\.FF\.V\[12\]/u);
  });

  test('lead to a component, a search or a page of an open model', async () => {
    for (const place of [PLACE, { page: 'search', token: 'a&b=1 + %' }, { page: 'bookmarks' }]) {
      await host.links.follow(pasted(place));
      const wanted = JSON.stringify(place);
      await until(wanted, () => JSON.stringify(host.panels.active?.location) === wanted);
    }
  });

  test('to a component that the model lacks show what it has, and say so', async () => {
    const lost = pasted({ page: 'row', component: 'L9.FF.V[3]' });
    await assert.rejects(host.links.follow(lost), /"L9\.FF\.V" is not in this model/u);
    assert.deepEqual(await shown(), { page: 'overview' });
  });

  test('to a model that is not there say so, and ask for nothing', async () => {
    const link = pasted(PLACE);
    const lost = link.with({ query: link.query.replace('sample/', 'missing/') });
    await assert.rejects(
      host.links.follow(lost),
      /missing\/model\.safetensors, which is not there/u,
    );
  });

  test('of another machine, or of nothing, are refused with a sentence', async () => {
    const link = pasted(PLACE);
    const elsewhere = `${link.query.replace(/&remote=.*$/u, '')}&remote=ssh-remote%2Bgpu-box`;
    await assert.rejects(
      host.links.follow(link.with({ query: elsewhere })),
      /“ssh-remote\+gpu-box”, but this window is on/u,
    );
    await assert.rejects(host.links.follow(link.with({ query: '' })), /leads nowhere/u);
    await assert.rejects(host.links.follow(link.with({ path: '/other' })), /leads nowhere/u);
  });
});
