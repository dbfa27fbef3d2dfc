/** Where the panel begins: styles, controls, the host's bridge, the frame. */
import { Messenger } from 'vscode-messenger-webview';
import './styles/base.css';
import './styles/frame.css';
import './styles/controls.css';
import './styles/table.css';
import './styles/tokens.css';
import './styles/tree.css';
import './styles/overview.css';
import './styles/row.css';
import './styles/search.css';
import './styles/heads.css';
import './styles/align.css';
import './styles/stitch.css';
import './styles/chart.css';
import './styles/diff.css';
import './styles/steps.css';
import './styles/contrast.css';
import { followTheme } from './components/theme';
import { registerToolkit } from './components/toolkit';
import { HostClient } from './state/hostClient';
import { providePanel } from './state/panel';
import { PanelStore } from './state/panelStore';
import { setNumberLocale } from './format/numbers';
import './components/panelShell';

const vscode = acquireVsCodeApi();
registerToolkit();
setNumberLocale(document.documentElement.lang || undefined);
const store = new PanelStore(new HostClient(new Messenger(vscode)), vscode, () =>
  performance.now(),
);
providePanel(store);
followTheme();
document.body.append(document.createElement('vs-panel'));
void store.start();
