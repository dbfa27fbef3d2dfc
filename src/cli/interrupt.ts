const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/** What Ctrl+C and its like ask for. */
export interface Interrupt {
  /** Aborted by the first one: work ends in order. A second one ends the process at once. */
  readonly signal: AbortSignal;
  /** Stops listening, and ends the process by the signal that came, as whoever sent it expects. */
  pass(): void;
}

export function listenForInterrupt(): Interrupt {
  const controller = new AbortController();
  let received: (typeof SIGNALS)[number] | undefined;
  const listeners = SIGNALS.map((name) => {
    const listener = (): void => {
      received = name;
      controller.abort();
    };
    process.once(name, listener);
    return { name, listener };
  });
  return {
    signal: controller.signal,
    pass() {
      for (const { name, listener } of listeners) {
        process.removeListener(name, listener);
      }
      if (received !== undefined) {
        process.kill(process.pid, received);
      }
    },
  };
}
