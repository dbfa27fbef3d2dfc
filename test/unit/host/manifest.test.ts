import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { GLOSSARY } from '../../../src/core/model/glossary';
import { ROW_KIND_INFO } from '../../../src/core/model/rowKinds';
import { COMPARISON_FORMATS, EXPORT_FORMATS } from '../../../src/protocol/export';

const ROOT = path.resolve(import.meta.dirname, '../../..');
const text = readFileSync(path.join(ROOT, 'package.json'), 'utf8');

/** The package has a limit, and a walkthrough is read on slow lines too. */
const MAX_PICTURE_BYTES = 160_000;

interface Menu {
  command: string;
}

interface Manifest {
  contributes: {
    commands: { command: string; title: string; category: string }[];
    menus: Record<string, Menu[]>;
    walkthroughs: { steps: { media: { markdown: string } }[] }[];
  };
}

const { contributes } = JSON.parse(text) as Manifest;
const nls = JSON.parse(readFileSync(path.join(ROOT, 'package.nls.json'), 'utf8')) as Record<
  string,
  string
>;

describe('package.json', () => {
  test('every text of the manifest is in package.nls.json, and nothing else is', () => {
    const used = [...text.matchAll(/"%([\w.]+)%"/gu)].map(([, key]) => key);
    expect([...new Set(used)].sort()).toEqual(Object.keys(nls).sort());
  });

  test('menus name commands that are declared', () => {
    const declared = contributes.commands.map(({ command }) => command);
    const used = Object.values(contributes.menus)
      .flat()
      .map(({ command }) => command);
    expect(used.filter((command) => !declared.includes(command))).toEqual([]);
  });

  test('texts with links name commands that are declared', () => {
    const declared = contributes.commands.map(({ command }) => command);
    const links = [...JSON.stringify(nls).matchAll(/\(command:([\w.]+)\)/gu)].map(([, id]) => id);
    const known = [...declared, 'vocabscope.models.focus'];
    expect(links.filter((id) => !known.includes(id ?? ''))).toEqual([]);
    expect(links.length).toBeGreaterThan(0);
  });

  test('titles are sentences without a full stop', () => {
    for (const { title } of contributes.commands) {
      expect(nls[title.slice(1, -1)]).toMatch(/^[A-Z][^A-Z]*…?$/u);
    }
  });

  test('every step of the walkthrough has its page', () => {
    const pages = contributes.walkthroughs.flatMap(({ steps }) => steps.map(({ media }) => media));
    expect(pages).toHaveLength(4);
    for (const { markdown } of pages) expect(existsSync(path.join(ROOT, markdown))).toBe(true);
  });

  test('every step shows a picture, which says what is on it and is small', () => {
    const pages = contributes.walkthroughs.flatMap(({ steps }) => steps.map(({ media }) => media));
    for (const { markdown } of pages) {
      const page = path.join(ROOT, markdown);
      const picture = /!\[(?<alt>.+)\]\((?<file>[\w-]+\.png)\)/u.exec(readFileSync(page, 'utf8'));
      expect(picture?.groups?.['alt']).toMatch(/\w+ \w+/u);
      const file = path.join(path.dirname(page), picture?.groups?.['file'] ?? '');
      expect(statSync(file).size).toBeLessThan(MAX_PICTURE_BYTES);
    }
  });
});

/** `l10n.t('…')` of the host and `t('…')` of the panel: literals in single quotes, `{0}` for arguments. */
const CALL = /(?:l10n\s*\.|[^\w.])t\(\s*'((?:[^'\\]|\\.)*)'/gu;

function stringsBelow(folder: string): string[] {
  const below = path.join(ROOT, folder);
  const sources = readdirSync(below, { recursive: true, encoding: 'utf8' });
  return sources
    .filter((file) => file.endsWith('.ts'))
    .flatMap((file) => [...readFileSync(path.join(below, file), 'utf8').matchAll(CALL)])
    .map(([, string = '']) => string.replaceAll("\\'", "'"));
}

test('l10n/bundle.l10n.json has every string (update it with "npx vitest run -u")', async () => {
  const kinds = Object.values(ROW_KIND_INFO).flatMap(({ plural, topVerb, bottomVerb }) => [
    ...[plural, topVerb, bottomVerb],
  ]);
  const terms = Object.values(GLOSSARY).flatMap(({ term, definition }) => [term, definition]);
  const forms = [...EXPORT_FORMATS, ...COMPARISON_FORMATS].map(({ purpose }) => purpose);
  const sources = [...stringsBelow('src/host'), ...stringsBelow('webview')];
  const strings = [...sources, ...kinds, ...terms, ...forms];
  const sorted = [...new Set(strings)].sort();
  const bundle = Object.fromEntries(sorted.map((string) => [string, string]));
  const json = `${JSON.stringify(bundle, null, 2)}\n`;
  await expect(json).toMatchFileSnapshot(path.join(ROOT, 'l10n/bundle.l10n.json'));
});
