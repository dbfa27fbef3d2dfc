import { COMPARISONS, type Comparison } from '../../protocol/export';
import type { PanelExport } from '../../protocol/panelApi';

/** The engine refuses what is wrong within. */
function isComparison(value: unknown): value is Comparison {
  if (typeof value !== 'object' || value === null || !('what' in value)) return false;
  return COMPARISONS.some((what) => what === value.what);
}

/** What a page asks to export, as far as it can be understood. */
export function readPanelExport(value: unknown): PanelExport {
  const { component, selected, comparisons } = (
    typeof value === 'object' && value !== null ? value : {}
  ) as Record<string, unknown>;
  return {
    component: typeof component === 'string' ? component : null,
    selected: Array.isArray(selected) ? selected.filter((id) => typeof id === 'string') : [],
    comparisons: Array.isArray(comparisons) ? comparisons.filter(isComparison) : [],
  };
}
