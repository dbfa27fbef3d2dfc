import * as vscode from 'vscode';
import { Disposable } from '../base/disposable';
import type { RunningWork } from '../engine/request';
import type { EngineSupervisor } from '../engine/supervisor';
import type { OpenModels } from '../models/openModels';

/** Work that is over sooner is not worth a flicker. */
const SHOW_AFTER_MS = 400;

/** The item of the status bar while the engine works. A click shows the model that it works on. */
export class WorkStatus extends Disposable {
  readonly #item = this.register(
    vscode.window.createStatusBarItem('vocabscope.work', vscode.StatusBarAlignment.Left),
  );
  #timer: NodeJS.Timeout | undefined;

  constructor(
    engine: EngineSupervisor,
    private readonly models: OpenModels,
  ) {
    super();
    this.#item.name = 'VocabScope';
    this.register(engine.onDidChangeWork((work) => this.#show(work)));
    this.register({ dispose: () => clearTimeout(this.#timer) });
  }

  #show(work: readonly RunningWork[]): void {
    const shown = work.find(({ progress }) => progress !== undefined) ?? work[0];
    if (shown === undefined) {
      clearTimeout(this.#timer);
      this.#timer = undefined;
      this.#item.hide();
      return;
    }
    this.#describe(shown);
    this.#timer ??= setTimeout(() => this.#item.show(), SHOW_AFTER_MS);
  }

  #describe({ model: handle, progress }: RunningWork): void {
    const model = handle === undefined ? undefined : this.models.byHandle(handle);
    const name = model?.summary.name ?? 'VocabScope';
    const number = (value: number): string => value.toLocaleString(vscode.env.language);
    const text =
      progress === undefined
        ? vscode.l10n.t('{0}: working', name)
        : vscode.l10n.t(
            '{0}: {1} of {2} {3}',
            name,
            number(progress.done),
            number(progress.total),
            progress.unit,
          );
    this.#item.text = `$(sync~spin) ${text}`;
    this.#item.tooltip = vscode.l10n.t('VocabScope reads {0}. Click to see it.', name);
    this.#item.command =
      model === undefined
        ? 'vocabscope.showLog'
        : { command: 'vocabscope.showComponent', title: '', arguments: [model] };
  }
}
