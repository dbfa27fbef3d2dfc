/** What commands about two models are given and ask for. */
import * as vscode from 'vscode';
import { VocabScopeError } from '../../core/errors';
import type { Host } from '../host';
import type { OpenModel } from '../models/openModel';
import { chooseCheckpoint } from './chooseCheckpoint';
import { targetOf } from './target';

/** What is compared: a model that is open, and any path of another. */
export interface Compared {
  readonly model: OpenModel;
  readonly other: string;
}

/** How a command finds its two models. */
export interface ComparedQuestions {
  /** Puts two paths that were selected in order: the model's, and the other's. Undefined where that is not answered. */
  readonly inOrder: (
    first: string,
    second: string,
  ) => Promise<readonly [string, string] | undefined> | readonly [string, string];
  /** The other model where it is known: any path of it. */
  readonly known?: (model: OpenModel) => string | undefined;
  /** Whether an adapter that was selected with another model is opened over that model. */
  readonly otherIsBase: boolean;
  /** What is asked where one model is given and the other is not known. */
  readonly otherThan: (model: OpenModel) => string;
}

/**
 * The models of a command: two that are selected in the Explorer; else what the command is about, and another that is
 * asked for. Undefined where nothing is chosen.
 * @throws VocabScopeError `usage` where more than two are selected; EngineFailure
 */
export async function comparedModels(
  host: Host,
  argument: unknown,
  selected: unknown,
  questions: ComparedQuestions,
): Promise<Compared | undefined> {
  if (!(argument instanceof vscode.Uri)) {
    const target = await targetOf(host, argument);
    return target === undefined ? undefined : withChosen(host, target.model, questions);
  }
  const all = Array.isArray(selected) ? selected.filter((uri) => uri instanceof vscode.Uri) : [];
  if (all.length > 2) {
    throw new VocabScopeError(
      'usage',
      vscode.l10n.t('Two models are compared, and {0} are selected: select two.', all.length),
    );
  }
  const [first = argument, second] = all;
  if (second === undefined) {
    return withChosen(host, await host.models.open(first.fsPath), questions);
  }
  const ordered = await questions.inOrder(first.fsPath, second.fsPath);
  if (ordered === undefined) return undefined;
  const [path, other] = ordered;
  const base = questions.otherIsBase ? other : undefined;
  return { model: await host.models.open(path, base), other };
}

async function withChosen(
  host: Host,
  model: OpenModel,
  { known, otherThan }: ComparedQuestions,
): Promise<Compared | undefined> {
  const found = known?.(model);
  if (found !== undefined) return { model, other: found };
  const others = host.models.all.filter((each) => each !== model);
  const other = await chooseCheckpoint(host, otherThan(model), { open: others });
  return other === undefined ? undefined : { model, other };
}
