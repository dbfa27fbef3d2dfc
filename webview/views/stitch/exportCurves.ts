import { csvLine } from '../../../src/protocol/written/csv';
import type { LineChart } from '../../format/lineChart';
import { lineChartSvg } from '../../format/lineChartSvg';
import type { StitchCurve } from '../../format/stitch';
import { pictureItems } from '../../components/pictureItems';
import type { MenuItem } from '../../components/menuButton';
import { t } from '../../l10n';
import type { PanelStore } from '../../state/panelStore';

const HEADER = ['curve', 'transplant', 'keep', 'accuracy', 'low', 'high', 'texts'] as const;

/** A line for each point of each curve that is drawn; levels to compare with have no n and k. */
function curvesCsv(curves: readonly StitchCurve[], { references = [] }: LineChart): string {
  const points = curves.flatMap(({ name, points: all }) =>
    all.map(({ transplant, keep, accuracy, low, high, n }) =>
      csvLine([name, transplant, keep, accuracy, low, high, n]),
    ),
  );
  const levels = references.map(({ name, y }) => csvLine([name, null, null, y, null, null, null]));
  return [csvLine(HEADER), ...points, ...levels].join('');
}

/** What the curves give away: every number, and the picture. */
export function exportCurves(
  store: PanelStore,
  curves: readonly StitchCurve[],
  chart: LineChart,
): readonly MenuItem[] {
  const copy = (label: string, write: () => string): MenuItem => ({
    label,
    act: () => {
      store.host.copy(write());
      store.announce(t('The curves are copied.'));
    },
  });
  return [
    copy(t('Copy as {0}', 'CSV'), () => curvesCsv(curves, chart)),
    ...pictureItems(store, {
      title: t('the chart'),
      file: chart.title,
      svg: () => lineChartSvg(chart),
    }),
  ];
}
