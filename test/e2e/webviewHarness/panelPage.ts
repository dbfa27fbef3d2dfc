import path from 'node:path';
import esbuild from 'esbuild';
import type { Browser, Page } from 'playwright-core';
import { findViolations, type Violation } from '../support/axe';
import { PanelHost, type HostOptions } from './panelHost';
import themes from './themes.json';

const ROOT = path.resolve(import.meta.dirname, '../../..');
const ORIGIN = 'http://panel.invalid';
const NONCE = 'harness';

export type ThemeName = keyof typeof themes;
export const THEME_NAMES = Object.keys(themes) as ThemeName[];

export interface PageOptions extends HostOptions {
  readonly theme?: ThemeName;
  readonly width?: number;
  readonly height?: number;
  /** 2 is a zoom of 200 %. */
  readonly zoom?: number;
  /** What VS Code kept of an earlier page. */
  readonly stored?: unknown;
}

interface Bundle {
  readonly script: string;
  readonly style: string;
}

let bundled: Promise<Bundle> | undefined;

async function bundle(): Promise<Bundle> {
  const { outputFiles } = await esbuild.build({
    absWorkingDir: ROOT,
    entryPoints: { panel: 'webview/main.ts' },
    tsconfig: 'webview/tsconfig.json',
    outdir: 'out',
    bundle: true,
    write: false,
    format: 'esm',
    target: 'es2022',
    logLevel: 'silent',
  });
  const text = (ending: string): string =>
    outputFiles.find((file) => file.path.endsWith(ending))?.text ?? '';
  return { script: text('.js'), style: text('.css') };
}

/** The page that the host writes, with VS Code's theme on it. */
function html(theme: ThemeName): string {
  const { class: classes, kind, variables } = themes[theme];
  const declarations = Object.entries(variables).map(([name, value]) => `${name}: ${value};`);
  return `<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>Panel</title>
<meta property="csp-nonce" content="${NONCE}">
<style nonce="${NONCE}">:root { ${declarations.join(' ')} }</style>
<link rel="stylesheet" href="/panel.css">
</head><body class="${classes}" data-vscode-theme-kind="${kind}">
<script type="module" nonce="${NONCE}" src="/panel.js"></script></body></html>`;
}

const POLICY = [
  "default-src 'none'",
  `script-src 'nonce-${NONCE}'`,
  `style-src ${ORIGIN} 'nonce-${NONCE}'`,
  `font-src ${ORIGIN}`,
  `img-src ${ORIGIN} blob:`,
].join('; ');

/** A panel in a browser, at its other end a host in this process. */
export class PanelPage {
  private constructor(
    readonly page: Page,
    readonly host: PanelHost,
    /** What the browser complained of: exceptions, refused styles and scripts. */
    readonly complaints: string[],
  ) {}

  static async open(browser: Browser, options: PageOptions): Promise<PanelPage> {
    const { theme = 'dark', width = 1100, height = 800, zoom = 1, stored } = options;
    bundled ??= bundle();
    const { script, style } = await bundled;
    const context = await browser.newContext({
      viewport: { width: Math.round(width / zoom), height: Math.round(height / zoom) },
      deviceScaleFactor: zoom,
    });
    const page = await context.newPage();
    const complaints: string[] = [];
    page.on('pageerror', (error) => complaints.push(String(error)));
    page.on('console', (line) => {
      if (line.type() === 'error' || line.type() === 'warning') complaints.push(line.text());
    });
    const host = new PanelHost(options, (message) => {
      page
        .evaluate((given) => {
          window.postMessage(given, '*');
        }, message)
        .catch(() => undefined);
    });
    await page.exposeBinding('toHost', (_source, message: object) => host.take(message));
    await page.addInitScript((state) => {
      let kept = state;
      const bridge = window as unknown as {
        toHost(message: unknown): void;
        acquireVsCodeApi: unknown;
        kept: unknown;
      };
      bridge.acquireVsCodeApi = () => ({
        postMessage: (message: unknown) => {
          bridge.toHost(message);
        },
        getState: () => kept,
        setState: (next: unknown) => {
          kept = next;
          bridge.kept = next;
          return next;
        },
      });
    }, stored);
    await page.route(`${ORIGIN}/**`, (route) => {
      const { pathname } = new URL(route.request().url());
      if (pathname.endsWith('.js')) {
        return route.fulfill({ contentType: 'text/javascript', body: script });
      }
      if (pathname.endsWith('.css')) return route.fulfill({ contentType: 'text/css', body: style });
      const headers = { 'content-security-policy': POLICY };
      return route.fulfill({ contentType: 'text/html', body: html(theme), headers });
    });
    await page.goto(`${ORIGIN}/`);
    return new PanelPage(page, host, complaints);
  }

  /** What the panel gave VS Code to keep. */
  kept(): Promise<unknown> {
    return this.page.evaluate(() => (window as unknown as { kept: unknown }).kept);
  }

  /** What axe finds. Scripts enter past the policy. */
  violations(): Promise<Violation[]> {
    return findViolations(this.page.mainFrame(), []);
  }

  async close(): Promise<void> {
    await this.page.context().close();
  }
}
