import { DOCUMENT_FORMS } from '../../../src/protocol/written/document';
import type { StepsResult } from '../../../src/protocol/steps';
import { listDocument } from '../../../src/protocol/written/list';
import { stepLines, stepsList } from '../../../src/protocol/written/steps';
import type { StepsSource } from '../../../src/protocol/written/steps';
import { lineChartSvg } from '../../format/lineChartSvg';
import { changeChart, readabilityCharts } from '../../format/steps';
import { comparisonItem, FORM_NAMES } from '../../components/exportMenu';
import { pictureItems } from '../../components/pictureItems';
import type { MenuItem } from '../../components/menuButton';
import { t } from '../../l10n';
import type { PanelStore } from '../../state/panelStore';

/** The steps of a page, and whether it shows a choice of their tables and rows. */
interface ShownSteps extends Omit<StepsSource, 'options'> {
  readonly isChosen: boolean;
}

/** What a training gives away: everything that is shown of it, and its charts. */
export function exportSteps(
  store: PanelStore,
  found: StepsResult,
  { summary, models, isChosen }: ShownSteps,
): readonly MenuItem[] {
  const copy = (label: string, write: () => string): MenuItem => ({
    label,
    act: () => {
      store.host.copy(write());
      store.announce(t('The training is copied.'));
    },
  });
  const { options } = store;
  const source = { summary, models, options };
  const all = { what: 'steps', steps: models.map(({ model }) => model), options } as const;
  const components = [
    ...found.tables.map(({ matrix }) => matrix),
    ...found.rows.map(({ component }) => component),
  ];
  const comparisons = [...(isChosen ? [{ ...all, components }] : []), all];
  return [
    ...DOCUMENT_FORMS.map((form) =>
      copy(t('Copy as {0}', FORM_NAMES[form]), () =>
        listDocument(form, stepsList(found, source), stepLines(found)),
      ),
    ),
    comparisonItem(store, comparisons),
    ...[changeChart(found, store.ui.steps.metric), ...readabilityCharts(found)].flatMap((chart) =>
      pictureItems(store, {
        title: t('“{0}”', chart.title),
        file: `${summary.name} ${chart.title}`,
        svg: () => lineChartSvg(chart),
      }),
    ),
  ];
}
