import { expect, test } from 'vitest';
import { panelHtml } from '../../../src/host/panel/panelHtml';

const html = panelHtml({
  nonce: 'N0nce',
  cspSource: 'https://source',
  script: 'https://source/panel.js',
  style: 'https://source/panel.css',
  language: 'en',
});

test('the policy allows the one script, style sheets and pictures of the extension, and nothing else', () => {
  const [, policy = ''] = /Content-Security-Policy" content="([^"]*)"/u.exec(html) ?? [];
  expect(policy.split('; ')).toEqual([
    "default-src 'none'",
    "script-src 'nonce-N0nce'",
    "style-src https://source 'nonce-N0nce'",
    'font-src https://source',
    'img-src https://source blob:',
  ]);
});

test('there is no inline script and no inline style', () => {
  expect(html.match(/<script[^>]*>/gu)).toEqual([
    '<script type="module" nonce="N0nce" src="https://source/panel.js">',
  ]);
  expect(html).toContain('></script>');
  expect(html).not.toMatch(/<style|style=|onload=/u);
});
