import type { RowSort } from '../../src/protocol/engineApi';
import { t } from '../l10n';

/** What an order of rows is called after `by`. */
export function sortName(sort: RowSort): string {
  const names: Readonly<Record<RowSort, string>> = {
    row: t('row'),
    z: 'z',
    kurtosis: t('kurtosis'),
    norm: t('norm'),
    skewness: t('skewness'),
    mean: t('mean score'),
    std: t('deviation'),
    rawKurtosis: t('raw kurtosis'),
  };
  return names[sort];
}
