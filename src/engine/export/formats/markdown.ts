import { markdownFoot, markdownHead, readingMarkdown } from '../../../protocol/written/markdown';
import type { ExportFormat } from '../format';

/** Markdown: a section and a table for each reading. */
export const markdown: ExportFormat = {
  oneKind: false,
  async write({ source, kinds, readings }, sink) {
    await sink.write(markdownHead(source, kinds));
    let written = 0;
    for await (const batch of readings) {
      for (const reading of batch) {
        await sink.write(readingMarkdown(reading));
        written += 1;
      }
    }
    await sink.write(markdownFoot(written));
  },
};
