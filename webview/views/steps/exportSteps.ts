import { DOCUMENT_FORMS } from '../../../src/protocol/written/document';
import type { StepsResult } from '../../../src/protocol/steps';
import { stepsDocument } from '../../../src/protocol/written/steps';
import type { StepsSource } from '../../../src/protocol/written/steps';
import { lineChartSvg } from '../../format/lineChartSvg';
import { changeChart, readabilityCharts } from '../../format/steps';
import { FORM_NAMES } from '../../components/exportMenu';
import { pictureItems } from '../../components/pictureItems';
import type { MenuItem } from '../../components/menuButton';
import { t } from '../../l10n';
import type { PanelStore } from '../../state/panelStore';

/** What a training gives away: everything that is shown of it, and its charts. */
export function exportSteps(
  store: PanelStore,
  found: StepsResult,
  { summary, models }: Omit<StepsSource, 'options'>,
): readonly MenuItem[] {
  const copy = (label: string, write: () => string): MenuItem => ({
    label,
    act: () => {
      store.host.copy(write());
      store.announce(t('The training is copied.'));
    },
  });
  const source = { summary, models, options: store.options };
  return [
    ...DOCUMENT_FORMS.map((form) =>
      copy(t('Copy as {0}', FORM_NAMES[form]), () => stepsDocument(form, found, source)),
    ),
    ...[changeChart(found, store.ui.steps.metric), ...readabilityCharts(found)].flatMap((chart) =>
      pictureItems(store, {
        title: t('“{0}”', chart.title),
        file: `${summary.name} ${chart.title}`,
        svg: () => lineChartSvg(chart),
      }),
    ),
  ];
}
