/**
 * Calls `work` again and again, never twice at once, and keeps no process alive for it.
 * @param interval milliseconds between the end of one call and the begin of the next
 * @returns stops it, and waits for a call that is under way
 */
export function startPolling(work: () => Promise<unknown>, interval: number, onError: (error: unknown) => void) {
  let stopped = false;
  let running: Promise<unknown> = Promise.resolve();
  let timer: NodeJS.Timeout | undefined;
  const schedule = (): void => {
    if (stopped) return;
    timer = setTimeout(() => {
      running = work().catch(onError).finally(schedule);
    }, interval).unref();
  };
  schedule();
  return async (): Promise<void> => {
    stopped = true;
    clearTimeout(timer);
    await running;
  };
}
