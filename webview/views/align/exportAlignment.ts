import type { AlignResult } from '../../../src/protocol/alignment';
import type { Comparison } from '../../../src/protocol/export';
import { alignmentList, matricesOf } from '../../../src/protocol/written/alignment';
import type { AlignmentSource } from '../../../src/protocol/written/alignment';
import { DOCUMENT_FORMS } from '../../../src/protocol/written/document';
import { listDocument } from '../../../src/protocol/written/list';
import { alignmentMaps, measureTitle } from '../../format/alignment';
import { alignmentSvg } from '../../format/alignmentSvg';
import { comparisonItem, FORM_NAMES } from '../../components/exportMenu';
import { pictureItems } from '../../components/pictureItems';
import type { MenuItem } from '../../components/menuButton';
import { t } from '../../l10n';
import type { PanelStore } from '../../state/panelStore';

/** What two models give away: every number of every map by both measures, and what of the page goes to a file. */
export function exportAlignment(
  store: PanelStore,
  found: AlignResult,
  source: AlignmentSource,
  comparisons: readonly Comparison[],
): readonly MenuItem[] {
  const copy = (label: string, write: () => string): MenuItem => ({
    label,
    act: () => {
      store.host.copy(write());
      store.announce(t('The alignment is copied.'));
    },
  });
  const { measure } = store.ui.align;
  return [
    ...DOCUMENT_FORMS.map((form) =>
      copy(t('Copy as {0}', FORM_NAMES[form]), () =>
        listDocument(form, alignmentList(found, source), matricesOf(found)),
      ),
    ),
    comparisonItem(store, comparisons),
    ...pictureItems(store, {
      title: t('the maps'),
      file: `${source.summary.name} ${source.other.name}`,
      svg: () =>
        alignmentSvg(
          alignmentMaps(found, measure),
          `${t('{0} (A) and {1} (B)', source.summary.name, source.other.name)}, ${measureTitle(measure)}`,
        ),
    }),
  ];
}
