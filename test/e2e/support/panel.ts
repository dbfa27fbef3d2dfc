import type { FrameLocator, Locator } from 'playwright-core';
import { expect } from 'vitest';
import type { VSCode } from './vscode';

const PANEL_APPEARS_MS = 60_000;
const FOCUS = { timeout: 10_000 };

/** What a reader sees and does in a model's panel. */
export class Panel {
  private constructor(private readonly code: VSCode) {}

  /** Inspects a folder of the Explorer by its context menu, as a newcomer would. */
  static async inspect(code: VSCode, folder: string): Promise<Panel> {
    const row = code.explorerRow(folder);
    await row.waitFor();
    await code.contextMenu(row, 'Inspect checkpoint');
    return Panel.shown(code);
  }

  /** The panel that is there or about to be. */
  static async shown(code: VSCode): Promise<Panel> {
    const panel = new Panel(code);
    await panel.get('breadcrumbs').waitFor({ timeout: PANEL_APPEARS_MS });
    return panel;
  }

  get frame(): FrameLocator {
    return this.code.webview();
  }

  get(testId: string): Locator {
    return this.frame.getByTestId(testId);
  }

  /** Goes to a component by the box in the top bar. */
  async goTo(component: string): Promise<void> {
    const box = this.get('go').locator('input').or(this.frame.locator('input[data-testid=go]'));
    await box.first().fill(component);
    await box.first().press('Enter');
    await this.crumb(component).waitFor();
  }

  /** Once the keyboard speaks to the page: VS Code gives a webview the focus some time after a command asks for it. */
  async hasFocus(): Promise<void> {
    await expect
      .poll(() => this.frame.locator('body').evaluate(() => document.hasFocus()), FOCUS)
      .toBe(true);
  }

  /** The breadcrumbs, once they end where that component is. */
  crumb(component: string): Locator {
    const last = component.includes('[')
      ? component.slice(component.indexOf('[') + 1, -1)
      : component.slice(component.indexOf('.') + 1);
    return this.get('breadcrumbs').filter({ hasText: new RegExp(`${escape(last)}\\s*$`, 'u') });
  }

  /** The first words of a list of tokens, as they are shown. */
  async words(side: 'top' | 'bottom', count: number): Promise<string[]> {
    const list = this.get(`list-${side}`);
    const chips = list.getByTestId('token-chip');
    await chips.nth(count - 1).waitFor();
    const texts = await chips.allTextContents();
    return texts.slice(0, count).map((text) => text.trim());
  }
}

function escape(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/gu, '\\$&');
}
