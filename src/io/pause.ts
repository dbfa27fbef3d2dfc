/** Lets waiting events (cancellation, other requests) in before long synchronous work goes on. */
export async function pause(): Promise<void> {
  await new Promise<void>((resolve) => {
    setImmediate(resolve);
  });
}
