import type { Browser, Locator } from 'playwright-core';
import { afterAll, beforeAll, expect } from 'vitest';
import { PANEL_METHODS, type PanelLocation } from '../../../src/protocol/panelApi';
import { launchBrowser } from '../../vscode/browser.mjs';
import { PanelPage } from './panelPage';
import type { PageOptions } from './panelPage';
import { SYNTHETIC_SUMMARY, SyntheticEngine } from './syntheticEngine';

/** A panel in a browser: no VS Code, no engine process, a synthetic model at the other end. */
export interface OpenPanel {
  readonly view: PanelPage;
  readonly engine: SyntheticEngine;
  /** Elements by their `data-testid`. */
  readonly at: (testId: string) => Locator;
}

/** Starts a browser for the tests of a file. @returns what opens a panel and closes the one before. */
export function usePanel(): (options?: Partial<PageOptions>) => Promise<OpenPanel> {
  let browser: Browser;
  let last: PanelPage | undefined;
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(async () => {
    await browser.close();
  });
  return async (options = {}) => {
    await last?.close();
    const engine = new SyntheticEngine();
    const given = { summary: SYNTHETIC_SUMMARY, answer: engine.answer, ...options };
    const view = await PanelPage.open(browser, given);
    last = view;
    return { view, engine, at: (testId) => view.page.getByTestId(testId) };
  };
}

/** Waits for what the panel shows after a while. */
export function eventually<T>(look: () => Promise<T> | T): ReturnType<typeof expect.poll<T>> {
  return expect.poll(look, { timeout: 15_000 });
}

/** What the panel sent the host last under a method; a click is over before that arrives. */
export function lastSent({ host }: PanelPage, sent: string): unknown {
  return host.received.findLast(({ method }) => method === sent)?.params;
}

/** What was copied last. */
export function copiedBy(view: PanelPage): string {
  const copied = lastSent(view, PANEL_METHODS.copy) as { text: string } | undefined;
  return copied?.text ?? '';
}

export function row(component: string): PanelLocation {
  return { page: 'row', component };
}

export function matrix(component: string): PanelLocation {
  return { page: 'matrix', component };
}
