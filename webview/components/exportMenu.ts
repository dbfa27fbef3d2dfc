/** The menu by which pages give their readings away: to the clipboard in several forms, or to a file. */
import { html } from 'lit';
import type { TemplateResult } from 'lit';
import type { Comparison, ComparisonOf } from '../../src/protocol/export';
import { DOCUMENT_FORMS, documentOf } from '../../src/protocol/written/document';
import type { DocumentForm } from '../../src/protocol/written/document';
import type { Reading } from '../../src/protocol/written/readings';
import { formatCount } from '../format/numbers';
import { t } from '../l10n';
import { failureOf } from '../state/hostClient';
import type { PanelStore } from '../state/panelStore';
import './menuButton';
import type { MenuItem } from './menuButton';

/** More readings take longer than a copy may, and are a matter for a file. */
export const MAX_COPIED = 256;

/** What a page has to give away. */
export interface Exported {
  /** The table, row or head that the page shows. */
  readonly component: string | null;
  /** How many rows a copy holds; none is offered for 0. */
  readonly count: number;
  /** Those rows as a text. */
  readonly write: (form: DocumentForm) => Promise<string>;
  /** Ids of rows that are offered to be written to a file, beside the whole page. */
  readonly selected: () => Promise<readonly string[]> | readonly string[];
}

/** Readings as they are copied. @throws TypeError where no model is open */
export function writeReadings(
  { summary, options }: PanelStore,
  form: DocumentForm,
  readings: readonly Reading[],
): string {
  if (summary === null) throw new TypeError('Readings are of a model.');
  return documentOf(form, readings, { summary, options });
}

/** Rows as they are read now. */
export async function readRows(
  { host, options }: PanelStore,
  ids: readonly string[],
): Promise<readonly Reading[]> {
  const { rows } = await host.query('readRows', { components: ids, options });
  return rows;
}

/** What the forms of a copy are called. */
export const FORM_NAMES: Readonly<Record<DocumentForm, string>> = {
  md: 'Markdown',
  csv: 'CSV',
  json: 'JSON',
};

/** How a menu speaks of what is copied. */
interface CopyWords {
  readonly offer: (count: string, form: string) => string;
  readonly done: (count: string) => string;
}

const READING_WORDS: CopyWords = {
  offer: (count, form) => t('Copy {0} rows as {1}', count, form),
  done: (count) => t('{0} readings copied.', count),
};

/** Rows that can be copied; `words` absent: readings. */
interface Copied extends Pick<Exported, 'count' | 'write'> {
  readonly words?: CopyWords;
}

async function copyAs(store: PanelStore, form: DocumentForm, exported: Copied): Promise<void> {
  const { count, words = READING_WORDS } = exported;
  try {
    store.host.copy(await exported.write(form));
    store.announce(count === 1 ? t('Copied.') : words.done(formatCount(count)));
  } catch (error) {
    store.announce(t('Nothing was copied: {0}', failureOf(error).message));
  }
}

async function toFile(store: PanelStore, { component, selected }: Exported): Promise<void> {
  try {
    store.host.export({ component, selected: await selected() });
  } catch {
    store.host.export({ component, selected: [] });
  }
}

/** A copy in each form. */
export function copyItems(store: PanelStore, exported: Copied): readonly MenuItem[] {
  const { count, words = READING_WORDS } = exported;
  const label = (form: string): string =>
    count === 1 ? t('Copy as {0}', form) : words.offer(formatCount(count), form);
  const forms = count === 0 || count > MAX_COPIED ? [] : DOCUMENT_FORMS;
  return forms.map((form) => ({
    label: label(FORM_NAMES[form]),
    act: () => void copyAs(store, form, exported),
  }));
}

/** Items of the menu; `others` stand between the copies and the file. */
export function exportItems(
  store: PanelStore,
  exported: Exported,
  others: readonly MenuItem[] = [],
): readonly MenuItem[] {
  return [
    ...copyItems(store, exported),
    ...others,
    { label: t('Export to a file…'), act: () => void toFile(store, exported) },
  ];
}

/** Writes what a page of several models shows to a file; what of it is asked where there is a choice. */
export function comparisonItem({ host }: PanelStore, comparisons: readonly Comparison[]): MenuItem {
  return {
    label: t('Export to a file…'),
    act: () => {
      host.export({ component: null, selected: [], comparisons });
    },
  };
}

/** The button that unfolds it; `name` tells several of a page apart. */
export function exportMenu(
  items: () => readonly MenuItem[],
  { testId = 'export-menu', name = '' }: { readonly testId?: string; readonly name?: string } = {},
): TemplateResult {
  return html`<vs-menu-button
    .label=${t('Export')}
    .name=${name}
    .testId=${testId}
    .items=${items}
  ></vs-menu-button>`;
}

type ListedComparison = ComparisonOf<
  'alignedRows' | 'alignedHeads' | 'changedTensors' | 'layerPushes'
>;

/** What a section of a page of several models lists. */
interface ListedSection extends Pick<Exported, 'count' | 'write'> {
  readonly comparison: ListedComparison;
  readonly testId: string;
}

interface SectionWords extends CopyWords {
  readonly name: () => string;
}

/** How the menu of a section speaks of what it lists. */
const SECTION_WORDS: Readonly<Record<ListedComparison['what'], SectionWords>> = {
  alignedRows: {
    name: () => t('Export matched rows'),
    offer: READING_WORDS.offer,
    done: (count) => t('{0} rows copied.', count),
  },
  alignedHeads: {
    name: () => t('Export matched heads'),
    offer: (count, form) => t('Copy {0} heads as {1}', count, form),
    done: (count) => t('{0} heads copied.', count),
  },
  changedTensors: {
    name: () => t('Export changed tensors'),
    offer: (count, form) => t('Copy {0} tensors as {1}', count, form),
    done: (count) => t('{0} tensors copied.', count),
  },
  layerPushes: {
    name: () => t('Export what layers push'),
    offer: (count, form) => t('Copy {0} pushes as {1}', count, form),
    done: (count) => t('{0} pushes copied.', count),
  },
};

/** The menu of a section: copies of its first rows, and all of them to a file. */
export function sectionMenu(
  store: PanelStore,
  { comparison, testId, ...copied }: ListedSection,
): TemplateResult {
  const { name, ...words } = SECTION_WORDS[comparison.what];
  return exportMenu(
    () => [...copyItems(store, { ...copied, words }), comparisonItem(store, [comparison])],
    { testId, name: name() },
  );
}
