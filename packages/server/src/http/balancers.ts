import { seconds } from '@gakumon/terms';

/** Who asks whether people may be sent here, so that nobody is sent to a node that is gone. */
export type Balancers = {
  /** One of them asked, and is about to be answered. @param address of its socket */
  asked(address: string): void;
  /** From now on they are told no. Resolves when each has heard it often enough to believe it, or the limit is over. */
  untilToldOff(): Promise<void>;
};

/** One that has not asked for so long is none any more, milliseconds. */
const remembered = seconds(10);
/** Common balancers believe the second or the third refusal. */
const enough = 3;
/** Whoever can reach the probe can pose as any number of them. */
const most = 32;

/** @param limit how long one that does not ask again is waited for, milliseconds */
export function createBalancers(limit: number): Balancers {
  const known = new Map<string, { readonly at: number; readonly refusals: number }>();
  const { promise, resolve } = Promise.withResolvers<void>();
  let isOver = false;

  const isConvinced = (): boolean => [...known.values()].every(({ refusals }) => refusals >= enough);
  return {
    asked(address) {
      const refusals = isOver ? (known.get(address)?.refusals ?? 0) + 1 : 0;
      known.delete(address);
      known.set(address, { at: performance.now(), refusals });
      for (const oldest of [...known.keys()].slice(0, Math.max(0, known.size - most))) known.delete(oldest);
      if (isOver && isConvinced()) resolve();
    },
    async untilToldOff() {
      isOver = true;
      const since = performance.now() - remembered;
      for (const [address, { at }] of known) if (at < since) known.delete(address);
      if (isConvinced()) return;
      const timer = setTimeout(resolve, limit);
      await promise;
      clearTimeout(timer);
    },
  };
}
