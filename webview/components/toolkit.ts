/** The one module that knows the control library: it is archived upstream and may have to be replaced. */
import {
  provideVSCodeDesignSystem,
  vsCodeButton,
  vsCodeCheckbox,
  vsCodeDropdown,
  vsCodeOption,
  vsCodeProgressRing,
  vsCodeTextField,
} from '@vscode/webview-ui-toolkit';

/** What the panel uses of a dropdown, a text field or a checkbox. */
export interface ValueControl extends HTMLElement {
  value: string;
}

export interface CheckControl extends HTMLElement {
  checked: boolean;
}

/** Registers `ttk-button`, `ttk-checkbox`, `ttk-dropdown`, `ttk-option`, `ttk-progress-ring`, `ttk-text-field`. */
export function registerToolkit(): void {
  provideVSCodeDesignSystem()
    .withPrefix('ttk')
    .register(
      vsCodeButton(),
      vsCodeCheckbox(),
      vsCodeDropdown(),
      vsCodeOption(),
      vsCodeProgressRing(),
      vsCodeTextField(),
    );
}
