/** Asks for labelled texts: the file, its columns, how many of them, and how the classifier pools. */
import path from 'node:path';
import * as vscode from 'vscode';
import { VocabScopeError } from '../../core/errors';
import { dataOf, POOLS, type Pool, type StitchRecipe } from '../../protocol/stitch';
import type { EngineClient } from '../engine/supervisor';

const DATA_ENDINGS = ['csv', 'tsv', 'jsonl', 'ndjson'] as const;
/** Files of the workspace that are offered; another is chosen by its path. */
const MAX_OFFERED = 100;
const DEFAULT_TEXTS = 500;
const OFFERED_TEXTS = [200, DEFAULT_TEXTS, 2000, 10_000] as const;
const [TEXT, LABEL] = ['text', 'label'];

interface FileItem extends vscode.QuickPickItem {
  readonly file: () => Promise<string | undefined>;
}

/** Asks for a file and, where its columns are not called `text` and `label`, for these. @throws as `chooseColumnsOf` */
export async function chooseTexts(
  engine: EngineClient,
  last: StitchRecipe | undefined,
): Promise<StitchRecipe | undefined> {
  const file = await chooseFile(last?.file);
  if (file === undefined) return undefined;
  const known = last?.file === file ? last : undefined;
  const columns = await engine.call('dataColumns', { file });
  const { maxTexts = DEFAULT_TEXTS, pool } = last ?? {};
  const chosen = {
    ...{ file, maxTexts },
    textColumn: known?.textColumn ?? TEXT,
    labelColumn: known?.labelColumn ?? LABEL,
    ...(pool === undefined ? {} : { pool }),
  };
  const isThere = [chosen.textColumn, chosen.labelColumn].every((name) => columns.includes(name));
  return isThere ? chosen : chooseColumns(columns, chosen);
}

/** Asks which columns of the file hold texts and labels. @throws VocabScopeError `invalidData` where it has not two */
export async function chooseColumnsOf(
  engine: EngineClient,
  recipe: StitchRecipe,
): Promise<StitchRecipe | undefined> {
  return chooseColumns(await engine.call('dataColumns', { file: recipe.file }), recipe);
}

async function chooseColumns(
  columns: readonly string[],
  recipe: StitchRecipe,
): Promise<StitchRecipe | undefined> {
  const name = path.basename(recipe.file);
  if (columns.length < 2) {
    throw new VocabScopeError(
      'invalidData',
      vscode.l10n.t(
        '{0} has one column, "{1}". Labelled texts have two, one of texts and one of labels: choose another file.',
        name,
        columns.join(),
      ),
    );
  }
  const pick = (placeHolder: string, first: string, not?: string): Thenable<string | undefined> =>
    vscode.window.showQuickPick(
      columns
        .filter((column) => column !== not)
        .sort((a, b) => Number(b === first) - Number(a === first)),
      { placeHolder, title: name },
    );
  const textColumn = await pick(vscode.l10n.t('Which column holds the texts?'), recipe.textColumn);
  if (textColumn === undefined) return undefined;
  const labelColumn = await pick(
    vscode.l10n.t('Which column holds the labels?'),
    recipe.labelColumn,
    textColumn,
  );
  return labelColumn === undefined ? undefined : { ...recipe, textColumn, labelColumn };
}

async function chooseFile(last: string | undefined): Promise<string | undefined> {
  const chosen = await vscode.window.showQuickPick(fileItems(last), {
    placeHolder: vscode.l10n.t('Choose labelled texts: CSV with a header, or JSONL'),
    matchOnDescription: true,
  });
  return chosen?.file();
}

async function fileItems(last: string | undefined): Promise<FileItem[]> {
  const found = await vscode.workspace.findFiles(
    `**/*.{${DATA_ENDINGS.join(',')}}`,
    '**/node_modules/**',
    MAX_OFFERED,
  );
  const others = found.map(({ fsPath }) => fsPath).filter((file) => file !== last);
  const item = (file: string, description: string): FileItem => ({
    ...{ label: path.basename(file), description },
    file: () => Promise.resolve(file),
  });
  return [
    ...(last === undefined ? [] : [item(last, vscode.l10n.t('last, {0}', last))]),
    ...others.sort().map((file) => item(file, vscode.workspace.asRelativePath(file))),
    { label: vscode.l10n.t('$(folder-opened) Choose a file…'), file: browseTexts },
  ];
}

async function browseTexts(): Promise<string | undefined> {
  const title = vscode.l10n.t('Labelled texts');
  const [uri] =
    (await vscode.window.showOpenDialog({
      title,
      openLabel: vscode.l10n.t('Choose'),
      filters: { [title]: [...DATA_ENDINGS, 'json'] },
    })) ?? [];
  return uri?.fsPath;
}

/** Asks of how many texts the accuracies are. */
export async function chooseCount(recipe: StitchRecipe): Promise<StitchRecipe | undefined> {
  const items = OFFERED_TEXTS.map((maxTexts) => ({
    label: maxTexts.toLocaleString(vscode.env.language),
    description: vscode.l10n.t('at most; of a longer file drawn at random, always the same'),
    maxTexts,
  }));
  const chosen = await vscode.window.showQuickPick(items, {
    placeHolder: vscode.l10n.t(
      'How many texts? More take longer, and their intervals are narrower',
    ),
  });
  return chosen === undefined ? undefined : { ...recipe, maxTexts: chosen.maxTexts };
}

/** Asks how logits of tokens become those of a text. */
export async function choosePool(recipe: StitchRecipe): Promise<StitchRecipe | undefined> {
  const names: Readonly<Record<Pool, string>> = {
    last: vscode.l10n.t('Last token'),
    first: vscode.l10n.t('First token'),
    mean: vscode.l10n.t('Mean of the logits of all tokens'),
  };
  const items: (vscode.QuickPickItem & { readonly pool?: Pool })[] = [
    {
      label: vscode.l10n.t('As the classifier was trained'),
      description: vscode.l10n.t('what train.json beside it or its architecture says'),
    },
    ...POOLS.map((pool) => ({ label: names[pool], pool })),
  ];
  const chosen = await vscode.window.showQuickPick(items, {
    placeHolder: vscode.l10n.t('How are the logits of a text made of those of its tokens?'),
  });
  if (chosen === undefined) return undefined;
  const plain = dataOf(recipe);
  return chosen.pool === undefined ? plain : { ...plain, pool: chosen.pool };
}
