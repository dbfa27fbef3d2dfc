import fs from 'node:fs';
import path from 'node:path';
import type { Browser, FrameLocator, Locator, Page } from 'playwright-core';
import { launchBrowser, VIEWPORT } from '../../vscode/browser.mjs';
import { HOST } from '../../vscode/paths.mjs';
import { startServer } from '../../vscode/server.mjs';
import { findViolations, type Violation } from './axe';
import { makeProfile, ROOT, type Profile } from './profile';

const SCREENSHOTS = path.join(ROOT, '.tmp/screenshots');
const ATTEMPTS = 5;
/** A context menu ignores a mouse-up in its first 100 ms. */
const MENU_SETTLES_MS = 200;
/** Files of extensions go by this name inside webviews; VS Code's service worker answers for it. */
const WEBVIEW_RESOURCES = '.vscode-resource.vscode-cdn.net';
const SHORT_MS = 2_000;
const LONG_MS = 5_000;
/** Each kind of theme: its id, the workbench's class and the class of a webview's body. */
const THEMES = {
  light: { id: 'Light Modern', workbench: 'vs', body: 'vscode-light' },
  dark: { id: 'Dark Modern', workbench: 'vs-dark', body: 'vscode-dark' },
  highContrast: {
    id: 'Default High Contrast',
    workbench: 'hc-black',
    body: 'vscode-high-contrast',
  },
  highContrastLight: {
    id: 'Default High Contrast Light',
    workbench: 'hc-light',
    body: 'vscode-high-contrast-light',
  },
} as const;

/** The four kinds of theme. */
export type Theme = keyof typeof THEMES;
export const ALL_THEMES = Object.keys(THEMES) as Theme[];

/** What a test may choose about the VS Code it starts. */
export interface StartOptions {
  /** Fills the workspace before VS Code opens it. */
  prepare?: (workspace: string) => unknown;
  /** User settings; they are read at the start only. */
  settings?: Record<string, unknown>;
  /** More environment for the extension. */
  env?: Record<string, string>;
}

/** A running VS Code with the packed extension installed and a temporary folder open. */
export class VSCode {
  /** Requests that left this machine; there must be none. */
  readonly outsideRequests: string[] = [];

  private constructor(
    readonly page: Page,
    private readonly browser: Browser,
    private readonly profile: Profile,
    private readonly stopServer: () => void,
  ) {
    page.context().on('request', (request) => {
      const { protocol, hostname } = new URL(request.url());
      const staysHere = hostname === HOST || hostname.endsWith(WEBVIEW_RESOURCES);
      if (/^(https?|wss?):$/.test(protocol) && !staysHere) {
        this.outsideRequests.push(request.url());
      }
    });
  }

  /** Starts one and waits until what the extension contributes is there. */
  static async start({ prepare, settings = {}, env = {} }: StartOptions = {}): Promise<VSCode> {
    const profile = makeProfile(settings);
    prepare?.(profile.workspace);
    fs.mkdirSync(SCREENSHOTS, { recursive: true });
    const server = startServer({
      dataDir: profile.serverDataDir,
      userDataDir: profile.userDataDir,
      extensionsDir: profile.extensionsDir,
      env,
      log: path.join(profile.root, 'server.log'),
    });
    const port = await server.ready;
    const browser = await launchBrowser();
    const context = await browser.newContext({
      viewport: VIEWPORT,
      colorScheme: 'dark',
      permissions: ['clipboard-read', 'clipboard-write'],
    });
    const page = await context.newPage();
    const code = new VSCode(page, browser, profile, server.stop);
    await page.goto(`http://${HOST}:${String(port)}/?folder=${profile.workspace}`);
    await page.locator('.monaco-workbench').waitFor();
    await code.activityBarItem('VocabScope').waitFor();
    return code;
  }

  /** The path of the open folder. */
  get workspace(): string {
    return this.profile.workspace;
  }

  /** Ends it and removes its folders. */
  async stop(): Promise<void> {
    await this.browser.close();
    this.stopServer();
    fs.rmSync(this.profile.root, { recursive: true, force: true, maxRetries: 3 });
  }

  /** The icon of a view container. */
  activityBarItem(title: string): Locator {
    return this.page.locator('.activitybar').getByRole('tab', { name: title });
  }

  /** A row of the Explorer, by its whole name. */
  explorerRow(name: string): Locator {
    return this.page.locator('.explorer-folders-view').getByRole('treeitem', { name, exact: true });
  }

  /** A row of the tree in the side bar that shows now, by its name or a part of it. */
  treeRow(name: string | RegExp): Locator {
    return this.page.locator('.sidebar').getByRole('treeitem', { name });
  }

  /** An editor's tab, by a part of its title. */
  editorTab(title: string): Locator {
    return this.page.locator('.tab', { hasText: title });
  }

  /**
   * Right-clicks an element and chooses an item of its menu.
   *
   * @returns when the item was clicked (Date.now())
   */
  async contextMenu(target: Locator, item: string | RegExp): Promise<number> {
    await target.click({ button: 'right' });
    const menu = this.page.locator('.context-view .monaco-menu');
    const entry = menu.getByRole('menuitem', { name: item });
    await entry.waitFor();
    await this.page.waitForTimeout(MENU_SETTLES_MS);
    return retry(async () => {
      const clickedAt = Date.now();
      await entry.click({ timeout: SHORT_MS }).catch(() => undefined);
      await menu.waitFor({ state: 'hidden', timeout: SHORT_MS });
      return clickedAt;
    });
  }

  /** Runs a command of the palette. A webview that loads can take the focus: hence the attempts. */
  async palette(command: string): Promise<void> {
    const widget = this.page.locator('.quick-input-widget');
    const input = widget.locator('input[type=text]').first();
    await retry(async () => {
      if (!(await input.isVisible())) await this.page.keyboard.press('F1');
      await input.fill(`>${command}`, { timeout: SHORT_MS });
      const option = widget.getByRole('option', { name: command }).first();
      await option.waitFor({ timeout: LONG_MS }).catch(async (error: unknown) => {
        // The box of something else, or a list from before the command was there: it is opened anew.
        await this.page.keyboard.press('Escape');
        throw error;
      });
      await input.press('Enter', { timeout: SHORT_MS });
      // The command may ask something at once, in the same box.
      await this.page.waitForFunction(
        (typed) => {
          const box = document.querySelector<HTMLInputElement>(
            '.quick-input-widget input[type=text]',
          );
          return box?.checkVisibility() !== true || box.value !== typed;
        },
        `>${command}`,
        { timeout: LONG_MS },
      );
    });
  }

  /** The document inside a webview. Wait for an element in it: the frame itself comes earlier. */
  webview(index = 0): FrameLocator {
    return this.outerFrame(index).contentFrame().locator('iframe#active-frame').contentFrame();
  }

  /** Closes all editors and waits until their webviews are gone. */
  async closeEditors(): Promise<void> {
    await this.palette('View: Close All Editors');
    await this.page.locator('iframe.webview').first().waitFor({ state: 'detached' });
  }

  /** Switches the theme and waits for the workbench and, where one is open, a webview to follow. */
  async setTheme(theme: Theme): Promise<void> {
    const { id, workbench, body } = THEMES[theme];
    this.setWorkspaceSettings({ 'workbench.colorTheme': id });
    await this.page.locator(`.monaco-workbench.${workbench}`).waitFor();
    if ((await this.page.locator('iframe.webview.ready').count()) > 0) {
      await this.webview().locator(`body.${body}`).waitFor();
    }
  }

  /** Changes settings while VS Code runs: it watches the workspace's file, not the user's. */
  setWorkspaceSettings(settings: Record<string, unknown>): void {
    const file = path.join(this.workspace, '.vscode/settings.json');
    const old = fs.existsSync(file)
      ? (JSON.parse(fs.readFileSync(file, 'utf8')) as Record<string, unknown>)
      : {};
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, JSON.stringify({ ...old, ...settings }, null, 2));
  }

  /** Saves a picture of the window as .tmp/screenshots/NAME.png. */
  async screenshot(name: string): Promise<void> {
    await this.page.screenshot({ path: path.join(SCREENSHOTS, `${name}.png`) });
  }

  /** What axe finds wrong in a webview. */
  async violations({ index = 0, skip = [] as string[] } = {}): Promise<Violation[]> {
    const element = await this.outerFrame(index)
      .contentFrame()
      .locator('iframe#active-frame')
      .elementHandle();
    const frame = await element.contentFrame();
    if (frame === null) throw new Error('The webview has no document.');
    return findViolations(frame, skip);
  }

  private outerFrame(index: number): Locator {
    return this.page.locator('iframe.webview.ready').nth(index);
  }
}

async function retry<T>(attempt: () => Promise<T>): Promise<T> {
  for (let left = ATTEMPTS - 1; ; left--) {
    try {
      return await attempt();
    } catch (error) {
      if (left === 0) throw error;
    }
  }
}
