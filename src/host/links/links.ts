import { access } from 'node:fs/promises';
import os from 'node:os';
import * as vscode from 'vscode';
import { CancelledError, VocabScopeError } from '../../core/errors';
import type { PanelLocation } from '../../protocol/panelApi';
import { Disposable } from '../base/disposable';
import type { Messages } from '../base/messages';
import { locate } from '../models/location';
import type { OpenModel } from '../models/openModel';
import type { OpenModels } from '../models/openModels';
import type { Panels } from '../panel/panels';
import { formatLinkQuery, LINK_PATH, parseLinkQuery, remoteAuthority } from './modelLink';

/** Links to places in models: made, and followed once the reader agrees. */
export class Links extends Disposable implements vscode.UriHandler {
  constructor(
    private readonly extensionId: string,
    private readonly models: OpenModels,
    private readonly panels: Panels,
    private readonly messages: Messages,
  ) {
    super();
    this.register(vscode.window.registerUriHandler(this));
  }

  /** The machine that files of this window lie on. */
  get #remote(): string {
    return remoteAuthority(vscode.env.remoteName, os.hostname());
  }

  to(model: OpenModel, location: PanelLocation): vscode.Uri {
    return vscode.Uri.from({
      scheme: vscode.env.uriScheme,
      authority: this.extensionId,
      path: LINK_PATH,
      query: formatLinkQuery({ path: model.path, location, remote: this.#remote }),
    });
  }

  async handleUri(uri: vscode.Uri): Promise<void> {
    try {
      await this.follow(uri);
    } catch (error) {
      void this.messages.answer(error);
    }
  }

  /**
   * Shows what a link leads to. What is not open yet is opened only when the reader agrees.
   * @throws VocabScopeError, EngineFailure; CancelledError where the reader does not agree
   */
  async follow(uri: vscode.Uri): Promise<void> {
    const { path, location, remote } = parseLinkQuery(uri.path === LINK_PATH ? uri.query : '');
    if (remote !== this.#remote) throw elsewhere(remote, this.#remote);
    const model = this.models.byPath(path) ?? (await this.#openAsking(path, location));
    const { component } = location;
    if (component === undefined) {
      await this.panels.show(model, location);
      return;
    }
    try {
      await this.panels.show(model, locate(component, model.summary));
    } catch (error) {
      // The model is there even so: the reader sees what it has.
      await this.panels.show(model, { page: 'overview' });
      throw error;
    }
  }

  async #openAsking(path: string, { component, token }: PanelLocation): Promise<OpenModel> {
    await access(path).catch((error: unknown) => {
      throw new VocabScopeError(
        'notFound',
        vscode.l10n.t(
          'This link leads to {0}, which is not there or may not be read. If the model was moved, open it and copy the link again.',
          path,
        ),
        { cause: error },
      );
    });
    const open = vscode.l10n.t('Open');
    const place = component ?? token;
    const chosen = await vscode.window.showInformationMessage(
      vscode.l10n.t('A link asks VocabScope to open a model. Open it?'),
      {
        modal: true,
        detail: place === undefined ? path : vscode.l10n.t('{0}, at {1}', path, place),
      },
      open,
    );
    if (chosen !== open) throw new CancelledError();
    return this.models.open(path);
  }
}

function elsewhere(remote: string, here: string): VocabScopeError {
  const place = (name: string): string =>
    name === '' ? vscode.l10n.t('the local machine') : vscode.l10n.t('“{0}”', name);
  return new VocabScopeError(
    'usage',
    vscode.l10n.t(
      'This link leads to a file on {0}, but this window is on {1}. Open a window there and follow the link again.',
      place(remote),
      place(here),
    ),
  );
}
