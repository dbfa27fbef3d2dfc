import * as vscode from 'vscode';
import { CancelledError } from '../../core/errors';
import type { Failure } from '../../protocol/engineApi';
import { failureOf } from '../engine/engineFailure';

/** A button of a message: a title and the command that does what it says. */
interface Button {
  readonly title: string;
  readonly command: string;
}

/** Errors for people: a sentence and one button that does something about it; details go to the log. */
export class Messages {
  readonly #shown = new Set<string>();

  constructor(private readonly log: vscode.LogOutputChannel) {}

  /** Answers what somebody just asked for. A cancel shows nothing. */
  async answer(error: unknown): Promise<void> {
    if (error instanceof CancelledError) return;
    const failure = failureOf(error);
    this.log.error(failure.message);
    if (failure.reason === 'internal' && error instanceof Error) this.log.error(error);
    const button = buttonFor(failure);
    const chosen = await vscode.window.showErrorMessage(failure.message, button);
    if (chosen !== undefined) await vscode.commands.executeCommand(chosen.command);
  }

  /** Tells of something that happened unasked: the same sentence once a session. */
  async tell(error: unknown): Promise<void> {
    const { message } = failureOf(error);
    if (this.#shown.has(message)) return;
    this.#shown.add(message);
    await this.answer(error);
  }
}

function buttonFor({ reason }: Failure): Button {
  switch (reason) {
    case 'notFound':
    case 'notACheckpoint':
    case 'unsupportedFormat':
      return { title: vscode.l10n.t('Open Another…'), command: 'vocabscope.open' };
    case 'engineFailed':
      return { title: vscode.l10n.t('Restart Engine'), command: 'vocabscope.restartEngine' };
    default:
      return { title: vscode.l10n.t('Show Log'), command: 'vocabscope.showLog' };
  }
}
