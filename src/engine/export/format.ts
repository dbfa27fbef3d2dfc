import type { Reading, ReadingSource } from '../../protocol/written/readings';
import type { ReadingKind } from '../../protocol/written/table';

/** What is written: readings that come in batches and are forgotten once they are written. */
export interface ExportDocument {
  readonly source: ReadingSource;
  /** What was asked for, as it was asked. */
  readonly components: readonly string[];
  /** The kinds of readings that will come, each once. */
  readonly kinds: readonly ReadingKind[];
  readonly readings: AsyncIterable<readonly Reading[]>;
}

/** Where it goes. Nobody writes before the last piece is taken. */
export interface ExportSink {
  write(piece: string | Uint8Array): Promise<void>;
}

/** One form of writing: a file in `formats`, and a line in the registry. */
export interface ExportFormat {
  /** Whether a file holds readings of one kind alone: tables have the columns of one. */
  readonly oneKind: boolean;
  write(document: ExportDocument, sink: ExportSink): Promise<void>;
}
