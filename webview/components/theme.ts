/** Colours that the style sheet cannot choose by itself: chart colours that can be told from the background. */

/** WCAG: what graphics need against what lies beside them. */
const MIN_GRAPHIC_CONTRAST = 3;

/** Stand in where the theme's chart colours are too faint. */
const FALLBACKS = {
  sequential: { dark: '#4fa3f7', light: '#0062b1' },
  negative: { dark: '#e2b93b', light: '#8a6100' },
} as const;

type Rgb = readonly [red: number, green: number, blue: number];

/** Red, green, blue from 0 to 255 of a computed colour; undefined where it is none. */
export function readColour(computed: string): Rgb | undefined {
  const numbers = computed.match(/[\d.]+/gu)?.map(Number) ?? [];
  const [red, green, blue] = numbers;
  if (red === undefined || green === undefined || blue === undefined) return undefined;
  return [red, green, blue];
}

function luminance(colour: Rgb): number {
  const [red, green, blue] = colour.map((value) => {
    const share = value / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * (red ?? 0) + 0.7152 * (green ?? 0) + 0.0722 * (blue ?? 0);
}

/** Contrast ratio of two colours (WCAG 2), 1 to 21. */
export function contrast(a: Rgb, b: Rgb): number {
  const [light = 0, dark = 0] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (light + 0.05) / (dark + 0.05);
}

function resolve(variable: string, fallback: string): Rgb | undefined {
  const probe = document.createElement('span');
  probe.style.setProperty('color', `var(${variable}, ${fallback})`);
  document.body.append(probe);
  const colour = readColour(getComputedStyle(probe).color);
  probe.remove();
  return colour;
}

function choose(name: string, variable: string, fallbacks: { dark: string; light: string }): void {
  const background = resolve('--vscode-editor-background', 'Canvas');
  if (background === undefined) return;
  const fallback = luminance(background) < 0.18 ? fallbacks.dark : fallbacks.light;
  const colour = resolve(variable, fallback);
  const isClear = colour !== undefined && contrast(colour, background) >= MIN_GRAPHIC_CONTRAST;
  document.body.style.setProperty(name, isClear ? `var(${variable}, ${fallback})` : fallback);
}

function apply(): void {
  if (isHighContrast()) {
    // There lengths and borders speak, and the style sheet says in what.
    document.body.style.removeProperty('--vs-sequential');
    document.body.style.removeProperty('--vs-negative');
    return;
  }
  choose('--vs-sequential', '--vscode-charts-blue', FALLBACKS.sequential);
  choose('--vs-negative', '--vscode-charts-yellow', FALLBACKS.negative);
}

const listeners = new Set<() => void>();

/** Calls `listener` after the theme changed: what is painted must be painted again. @returns the way to stop. */
export function onThemeChange(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** A colour of the style sheet as `rgb(…)`, for canvases. */
export function paintColour(variable: string): string {
  const [red, green, blue] = resolve(variable, 'CanvasText') ?? [0, 0, 0];
  return `rgb(${red} ${green} ${blue})`;
}

/** Whether lengths and borders speak instead of colours. */
export function isHighContrast(): boolean {
  return document.body.dataset['vscodeThemeKind']?.startsWith('vscode-high-contrast') === true;
}

/** Chooses the colours now and whenever the theme changes. */
export function followTheme(): void {
  apply();
  const observer = new MutationObserver(() => {
    apply();
    for (const listener of listeners) listener();
  });
  observer.observe(document.documentElement, { attributeFilter: ['style', 'class'] });
  observer.observe(document.body, { attributeFilter: ['data-vscode-theme-kind'] });
}
