import type { DiffResult } from '../../../src/protocol/displacement';
import type { ModelSummary } from '../../../src/protocol/modelSummary';
import { changesDocument } from '../../../src/protocol/written/changes';
import { changeMap, changeOptions, changeTitle } from '../../format/changes';
import { changesSvg } from '../../format/changesSvg';
import { copyItems, MAX_COPIED } from '../../components/exportMenu';
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

/** What the page gives away: the first rows as they are sorted now, and the map. */
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
  const asked = {
    ...{ other: base.model, options, sort, descending, start: 0, count },
    ...(matrix === null ? {} : { matrix }),
  };
  return [
    ...copyItems(store, {
      count,
      write: async (form) => {
        const { rows } = await store.host.query('diffRows', asked);
        const source = { summary, base, options, matrix, sort, descending };
        return changesDocument(form, found, rows, source);
      },
    }),
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
