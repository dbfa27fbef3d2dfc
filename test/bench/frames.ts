/** What a page's main thread did, frame by frame, as the browser traced it. */
import type { Browser, Page } from 'playwright-core';

/** Trace events of which scripts are made. Where they nest, the outermost counts. */
const SCRIPTS: ReadonlySet<string> = new Set([
  'BlinkScheduler_PerformMicrotaskCheckpoint',
  'EvaluateScript',
  'EventDispatch',
  'FireAnimationFrame',
  'FunctionCall',
  'RunMicrotasks',
  'TimerFire',
  'v8.callFunction',
]);
/** Ends what a frame takes of the thread. */
const FRAME = 'Commit';
const CATEGORIES = ['toplevel', 'devtools.timeline', 'v8', 'disabled-by-default-devtools.timeline'];

interface TraceEvent {
  readonly name: string;
  readonly ph: string;
  readonly pid: number;
  readonly tid: number;
  /** Microseconds by the clock. */
  readonly ts: number;
  readonly dur?: number;
  /** Microseconds that the thread ran: other processes do not count. */
  readonly tdur?: number;
}

/** Events of the thread that drew most frames, in their order; the outer before the inner. */
function mainThread(events: readonly TraceEvent[]): readonly TraceEvent[] {
  const threadOf = ({ pid, tid }: TraceEvent): string => `${pid}:${tid}`;
  const frames = new Map<string, number>();
  for (const event of events) {
    if (event.name === FRAME) {
      frames.set(threadOf(event), (frames.get(threadOf(event)) ?? 0) + 1);
    }
  }
  const [main] = [...frames].sort(([, a], [, b]) => b - a)[0] ?? [];
  return events
    .filter((event) => threadOf(event) === main)
    .sort((a, b) => a.ts - b.ts || (b.dur ?? 0) - (a.dur ?? 0));
}

function scriptOfFrames(events: readonly TraceEvent[]): readonly number[] {
  const frames: number[] = [];
  let running = 0;
  let end = 0;
  for (const { name, ph, ts, dur = 0, tdur = dur } of mainThread(events)) {
    if (name === FRAME) {
      frames.push(running);
      running = 0;
    } else if (ph === 'X' && ts >= end && SCRIPTS.has(name)) {
      running += tdur / 1000;
      end = ts + dur;
    }
  }
  return [...frames, running];
}

/**
 * Traces a page while something happens in it.
 * @returns for each frame the milliseconds that the page's thread ran scripts since the frame before.
 */
export async function scriptDuring(
  browser: Browser,
  page: Page,
  happens: () => Promise<void>,
): Promise<readonly number[]> {
  await browser.startTracing(page, { categories: CATEGORIES });
  await happens();
  const trace = JSON.parse((await browser.stopTracing()).toString()) as {
    readonly traceEvents: readonly TraceEvent[];
  };
  return scriptOfFrames(trace.traceEvents);
}
