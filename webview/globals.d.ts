/** What the page offers beyond the platform: esbuild's style sheets and VS Code's bridge. */
declare module '*.css';

interface WebviewApi {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState<T>(state: T): T;
}

declare function acquireVsCodeApi(): WebviewApi;
