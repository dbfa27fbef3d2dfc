import { GLOSSARY, type GlossaryId } from '../../../core/model/glossary';
import { displaySegments } from '../../../core/tokenizer/display';
import type { PairReading } from '../../../protocol/pairs';
import type { RowReading, ScoredToken, TokenView } from '../../../protocol/reading';
import { headNotes } from '../../../protocol/written/json';
import { count, decimal } from '../../../protocol/written/numbers';
import { isDirection, isHead, type Reading } from '../../../protocol/written/readings';
import {
  factsOfHead,
  omittedWords,
  quotedToken,
  sourceLines,
} from '../../../protocol/written/words';
import { STANDS_OUT_Z } from '../../scan/scanTable';
import type { ExportDocument, ExportFormat, ExportSink } from '../format';
import { STYLE } from './htmlStyle';

const SCORE_DIGITS = 3;
const EXPLAINED: readonly GlossaryId[] = [
  ...(['score', 'z', 'control', 'standsOut', 'kurtosis', 'norm'] as const),
  ...(['speaks', 'filters', 'undertrained'] as const),
];

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escaped(text: string): string {
  return text.replace(/[&<>"']/gu, (character) => ENTITIES[character] ?? '');
}

/** A chip: what cannot be seen by marks, the exact text and id in its title. */
function chip(token: TokenView): string {
  const segments = displaySegments(token).map(({ text, kind }) =>
    kind === 'plain' ? escaped(text) : `<i class="${kind}">${escaped(text)}</i>`,
  );
  const marks = [
    ...(token.special === true ? [', special'] : []),
    ...(token.padding === true ? [', padding'] : []),
    ...(token.undertrained === true ? [', under-trained'] : []),
  ].join('');
  const title = `${quotedToken(token)}, id ${String(token.id)}${marks}`;
  return `<bdi class="token" title="${escaped(title)}">${segments.join('')}</bdi>`;
}

function scored(token: ScoredToken): string {
  const score = `<small title="${String(token.score)}">${decimal(token.score, SCORE_DIGITS)}</small>`;
  return `<li>${chip(token)} ${score}</li>`;
}

function listCell(tokens: readonly ScoredToken[], speaks: boolean): string {
  const mark = speaks ? ' class="speaks"' : '';
  return `<td${mark}><ol>${tokens.map(scored).join('')}</ol></td>`;
}

function numberCell(value: number | null, digits: number, mark = ''): string {
  return `<td class="number" title="${String(value ?? 'none')}">${decimal(value, digits)}${mark}</td>`;
}

const ROWS_HEAD = `<table class="rows">
<thead><tr><th scope="col">Component</th><th scope="col" class="number">z</th><th scope="col" class="number">Kurtosis</th><th scope="col" class="number">Norm</th><th scope="col">Top</th><th scope="col">Bottom</th><th scope="col" class="number">Left out</th></tr></thead>
<tbody>
`;
const TABLE_FOOT = '</tbody>\n</table>\n';

/** What stands under an id: which vector of a direction, notes. */
function small(lines: readonly string[]): string {
  return lines.map((line) => `<br><small>${escaped(line)}</small>`).join('');
}

function rowLine(row: RowReading, besides: readonly string[] = []): string {
  const notes = [
    ...besides,
    `${row.space} space`,
    ...(row.sharedBy === undefined ? [] : [`also ${row.sharedBy.join(', ')}`]),
    ...(row.nonFinite === 0 ? [] : [`${count(row.nonFinite)} scores are not finite`]),
    ...(row.note === undefined ? [] : [row.note]),
  ];
  const { undertrained, special, padding, filter } = row.omitted;
  const random = row.z !== null && row.z < STANDS_OUT_Z;
  return [
    random ? '<tr class="random">' : '<tr>',
    `<th scope="row">${escaped(row.component)}${small(notes)}</th>`,
    numberCell(row.z, 1, random ? '≈' : '<span class="gap">≈</span>'),
    numberCell(row.kurtosisCentered, 1),
    numberCell(row.norm, 2),
    listCell(row.top, row.speaks === 'top'),
    listCell(row.bottom, row.speaks === 'bottom'),
    `<td class="number" title="${escaped(omittedWords(row.omitted) || 'nothing')}">${count(undertrained + special + padding + filter)}</td>`,
    '</tr>\n',
  ].join('');
}

function headSection(head: PairReading): string {
  const lines = head.top.map(
    (pair) =>
      `<tr><td>${chip(pair.row)}</td><td>${chip(pair.column)}</td>${numberCell(pair.score, SCORE_DIGITS)}</tr>\n`,
  );
  return `<section>
<h2>${escaped(head.component)}</h2>
<p>${escaped([...factsOfHead(head), ...headNotes(head)].join(', '))}</p>
<table class="pairs">
<thead><tr><th scope="col">Row</th><th scope="col">Column</th><th scope="col" class="number">Score</th></tr></thead>
<tbody>
${lines.join('')}${TABLE_FOOT}</section>
`;
}

function tableLines(reading: Exclude<Reading, PairReading>): string {
  if (!isDirection(reading)) {
    return rowLine(reading);
  }
  const { sigma, degenerate, left, right } = reading;
  const sigmaText = `sigma ${decimal(sigma, SCORE_DIGITS)}${degenerate ? ', one choice of many' : ''}`;
  return (
    rowLine(left, ['left: what it takes', sigmaText]) +
    rowLine(right, ['right: what it gives', sigmaText])
  );
}

function headOf({ source, kinds, components }: ExportDocument): string {
  const title = escaped(`Readings of ${source.summary.name}`);
  const lines = [...sourceLines(source, kinds), { title: 'Asked for', text: components.join(' ') }];
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${title}</title>
<style>${STYLE}</style>
</head>
<body>
<h1>${title}</h1>
<dl>
${lines.map(({ title: term, text }) => `<dt>${escaped(term)}</dt><dd>${escaped(text)}</dd>`).join('\n')}
</dl>
`;
}

function footOf(readings: number): string {
  const terms = EXPLAINED.map((id) => {
    const { term, definition } = GLOSSARY[id];
    return `<dt>${escaped(term)}</dt><dd>${escaped(definition)}</dd>`;
  });
  return `<p>${count(readings)} ${readings === 1 ? 'reading' : 'readings'}.</p>
<h2>What the numbers mean</h2>
<dl>
${terms.join('\n')}
</dl>
</body>
</html>
`;
}

/** Writes readings one by one: rows and directions into one table, as long as no head stands between them. */
class Page {
  private inTable = false;
  private written = 0;

  constructor(private readonly sink: ExportSink) {}

  async add(reading: Reading): Promise<void> {
    this.written += 1;
    if (isHead(reading)) {
      await this.endTable();
      await this.sink.write(headSection(reading));
      return;
    }
    if (!this.inTable) {
      this.inTable = true;
      await this.sink.write(ROWS_HEAD);
    }
    await this.sink.write(tableLines(reading));
  }

  async finish(): Promise<void> {
    await this.endTable();
    await this.sink.write(footOf(this.written));
  }

  private async endTable(): Promise<void> {
    if (this.inTable) {
      this.inTable = false;
      await this.sink.write(TABLE_FOOT);
    }
  }
}

/** HTML: one page with everything in it, to read and to print. It runs nothing and loads nothing. */
export const html: ExportFormat = {
  oneKind: false,
  async write(document, sink) {
    await sink.write(headOf(document));
    const page = new Page(sink);
    for await (const batch of document.readings) {
      for (const reading of batch) {
        await page.add(reading);
      }
    }
    await page.finish();
  },
};
