import type { DiffResult } from '../../../src/protocol/displacement';
import type { ComparisonOf } from '../../../src/protocol/export';
import type { ModelSummary } from '../../../src/protocol/modelSummary';
import { changedRowsOf, changesList } from '../../../src/protocol/written/changes';
import { listDocument } from '../../../src/protocol/written/list';
import { changeMap, changeOptions, changeTitle } from '../../format/changes';
import { changesSvg } from '../../format/changesSvg';
import { comparisonItem, copyItems, MAX_COPIED } from '../../components/exportMenu';
import { pictureItems } from '../../components/pictureItems';
import type { MenuItem } from '../../components/menuButton';
import { t } from '../../l10n';
import type { DiffState } from '../../state/diffState';
import type { PanelStore } from '../../state/panelStore';

/** The models of a page of changes, and how it stands. */
export interface ShownChanges {
  readonly summary: ModelSummary;
  readonly base: ModelSummary;
  readonly found: DiffResult;
  readonly state: DiffState;
}

/** Every tensor that changed, as it is written to a file. */
export function tensorsComparison({ model }: ModelSummary): ComparisonOf<'changedTensors'> {
  return { what: 'changedTensors', other: model };
}

/** What the changes of whole layers push, as it is written to a file. */
export function pushesComparison(
  { options }: PanelStore,
  { model }: ModelSummary,
): ComparisonOf<'layerPushes'> {
  return { what: 'layerPushes', other: model, options: changeOptions(options) };
}

/** What the page gives away: the first rows as they are sorted now, all of them to a file, and the map. */
export function exportChanges(
  store: PanelStore,
  { summary, base, found, state }: ShownChanges,
): readonly MenuItem[] {
  const { matrix, sort, descending, metric } = state;
  const options = changeOptions(store.options);
  const total = found.tables
    .filter((table) => matrix === null || table.matrix === matrix)
    .reduce((sum, { changedRows }) => sum + changedRows, 0);
  const count = Math.min(MAX_COPIED, total);
  const rows = { what: 'changedRows', other: base.model, options, sort, descending } as const;
  const asked = {
    ...{ other: base.model, options, sort, descending, start: 0, count, readings: true },
    ...(matrix === null ? {} : { matrix }),
  };
  return [
    ...copyItems(store, {
      count,
      write: async (form) => {
        const changed = changedRowsOf(await store.host.query('diffRows', asked));
        const source = { summary, base, options, matrix, sort, descending };
        return listDocument(form, changesList(found, changed.length, source), changed);
      },
    }),
    comparisonItem(store, [
      ...(matrix === null ? [] : [{ ...rows, matrix }]),
      rows,
      tensorsComparison(base),
      pushesComparison(store, base),
    ]),
    ...pictureItems(store, {
      title: t('the map'),
      file: `${summary.name} ${base.name}`,
      svg: () => {
        const title = `${t('{0} against its base {1}', summary.name, base.name)}, ${changeTitle(metric)}`;
        return changesSvg(changeMap(found, metric), title);
      },
    }),
  ];
}
