import { seconds } from '@gakumon/terms';

export type OrderToStop = {
  readonly order: () => void;
  readonly ordered: Promise<void>;
  readonly signal: AbortSignal;
};

/** A terminal's Ctrl-C reaches a whole group of processes, and they tell one another: within this it is one order. */
const together = seconds(1);
/** What a server needs to finish what was begun is bounded at less. */
const longestStop = seconds(30);

/**
 * Takes the order to stop, by a signal or by whoever calls `order`. Whoever orders again, a moment later, wants no more
 * waiting; and nobody waits for ever: a read that never returns would hold the process, and even its exit.
 * @param limit how long after the order the process may still live, milliseconds
 * @param tell why it ends without having finished
 */
export function orderToStop(tell: (reason: string) => void, limit = longestStop): OrderToStop {
  const { promise, resolve } = Promise.withResolvers<void>();
  const controller = new AbortController();
  let orderedAt: number | undefined;
  const order = (): void => {
    if (orderedAt !== undefined) return;
    orderedAt = performance.now();
    // Holds up no process that is done.
    setTimeout(() => endNow(tell, 'something did not end in time'), limit).unref();
    controller.abort();
    resolve();
  };
  const orderBySignal = (): void => {
    if (orderedAt !== undefined && performance.now() - orderedAt > together) endNow(tell, 'told to stop a second time');
    order();
  };
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, orderBySignal);
  return { order, ordered: promise, signal: controller.signal };
}

function endNow(tell: (reason: string) => void, reason: string): void {
  tell(reason);
  // process.exit waits for every thread, and one that is held by a file or a disk never comes.
  process.kill(process.pid, 'SIGKILL');
}
