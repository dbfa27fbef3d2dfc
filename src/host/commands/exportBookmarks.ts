import path from 'node:path';
import * as vscode from 'vscode';
import { VocabScopeError } from '../../core/errors';
import { namesHeads } from '../../core/model/headMatrixId';
import { pairOptionsBeside, type PairReading, type UnreadableHead } from '../../protocol/pairs';
import {
  bookmarksJson,
  bookmarksMarkdown,
  type MarkedReading,
} from '../../protocol/written/bookmarks';
import type { ReadingSource } from '../../protocol/written/readings';
import { showLongWork, type LongWork } from '../base/longWork';
import { writeWhole } from '../base/writeWhole';
import type { EngineClient } from '../engine/supervisor';
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
        vscode.l10n.t(
          '{0} has no bookmarks: press b on a row or a head to make one.',
          model.summary.name,
        ),
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
    const title = vscode.l10n.t('Reading the bookmarks of {0}', summary.name);
    const marked = await showLongWork(title, (work) => readMarked(host, model, work));
    const text = write({ summary, options, pairOptions: pairOptionsBeside(options) }, marked);
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
  const asked = { model: handle, components: components.filter((id) => !namesHeads(id)), options };
  const { rows } = await engine.call('readRows', asked, work);
  const heads = await readHeads(engine, { handle, options }, components.filter(namesHeads), work);
  const readings = new Map<string, NonNullable<MarkedReading['reading']>>(
    [...rows, ...heads].map((reading) => [reading.component, reading]),
  );
  return bookmarks.map((bookmark) => ({
    bookmark,
    reading: readings.get(bookmark.component) ?? null,
  }));
}

/** Best pairs of heads, with how far they stand out where that is known already: to judge one takes up to 17 searches. */
async function readHeads(
  engine: EngineClient,
  { handle: model, options }: Pick<OpenModel, 'handle' | 'options'>,
  components: readonly string[],
  work: LongWork,
): Promise<readonly (PairReading | UnreadableHead)[]> {
  if (components.length === 0) return [];
  const asked = { components, options: pairOptionsBeside(options) };
  const wanted = { model, ...asked, statistics: false, passUnreadable: true };
  const { rows, unreadable } = await engine.call('pairs', wanted, work);
  const { space, fold } = options;
  const { heads } = await engine.call('headMap', { model, options: { space, fold } }, work);
  const known = new Map(heads.map(({ component, statistics }) => [component, statistics]));
  const judged = rows.map((head) => ({ ...head, statistics: known.get(head.component) ?? null }));
  return [...judged, ...unreadable];
}
