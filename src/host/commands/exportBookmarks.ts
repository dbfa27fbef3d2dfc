import path from 'node:path';
import * as vscode from 'vscode';
import { VocabScopeError } from '../../core/errors';
import {
  bookmarksJson,
  bookmarksMarkdown,
  type MarkedReading,
} from '../../protocol/written/bookmarks';
import type { ReadingSource } from '../../protocol/written/readings';
import { showLongWork, type LongWork } from '../base/longWork';
import { writeWhole } from '../base/writeWhole';
import type { Host } from '../host';
import { isIn } from '../models/location';
import type { OpenModel } from '../models/openModel';
import type { Command } from './command';
import { targetOf } from './target';

type Write = (source: ReadingSource, marked: readonly MarkedReading[]) => string;

/** By the ending of the file. */
const FORMATS: Readonly<Record<string, Write>> = { md: bookmarksMarkdown, json: bookmarksJson };

/** *Export bookmarks…*: notes and readings of a model's bookmarks, as Markdown or JSON by the file's ending. */
export const exportBookmarks: Command = {
  id: 'vocabscope.exportBookmarks',
  async run(host, argument) {
    const target = await targetOf(host, argument);
    if (target === undefined) return;
    const { model } = target;
    if (model.bookmarks.length === 0) {
      throw new VocabScopeError(
        'usage',
        vscode.l10n.t('{0} has no bookmarks: press b on a row to make one.', model.summary.name),
      );
    }
    const folder = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? path.dirname(model.path);
    const file = await vscode.window.showSaveDialog({
      title: vscode.l10n.t('Export bookmarks of {0}', model.summary.name),
      defaultUri: vscode.Uri.file(path.join(folder, `${model.summary.name}-bookmarks.md`)),
      filters: { Markdown: ['md'], JSON: ['json'] },
    });
    if (file === undefined) return;
    const write = FORMATS[path.extname(file.path).slice(1).toLowerCase()] ?? bookmarksMarkdown;
    const { summary, options } = model;
    const title = vscode.l10n.t('Reading the bookmarked rows of {0}', summary.name);
    const marked = await showLongWork(title, (work) => readMarked(host, model, work));
    const text = write({ summary, options }, marked);
    await writeWhole(file, new TextEncoder().encode(text));
    await vscode.window.showTextDocument(file, { preview: true });
  },
};

async function readMarked(
  { engine }: Host,
  { handle, options, bookmarks, summary }: OpenModel,
  work: LongWork,
): Promise<readonly MarkedReading[]> {
  const components = bookmarks
    .map(({ component }) => component)
    .filter((component) => isIn(component, summary));
  const { rows } = await engine.call('readRows', { model: handle, components, options }, work);
  return bookmarks.map((bookmark) => ({
    bookmark,
    reading: rows.find(({ component }) => component === bookmark.component) ?? null,
  }));
}
