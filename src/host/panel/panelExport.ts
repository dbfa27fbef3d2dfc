import type { PanelExport } from '../../protocol/panelApi';

/** What a page asks to export, as far as it can be understood. */
export function readPanelExport(value: unknown): PanelExport {
  const { component, selected } = (
    typeof value === 'object' && value !== null ? value : {}
  ) as Record<string, unknown>;
  return {
    component: typeof component === 'string' ? component : null,
    selected: Array.isArray(selected) ? selected.filter((id) => typeof id === 'string') : [],
  };
}
