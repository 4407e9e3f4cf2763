import { GakumonError } from '@gakumon/terms';

/** Runs expensive work when its turn comes. */
export type HashingQueue = <T>(work: () => Promise<T>) => Promise<T>;

/**
 * Lets a few hashes run at once and a bounded number wait, first come, first served: a flood of logins takes neither
 * all memory (each hash needs 32 MB) nor the whole thread pool, which signs the answers of those already logged in.
 * @param limits `running` at once, `waiting` behind them
 * @returns a function that throws GakumonError `busy` when as many wait as may
 */
export function createHashingQueue(limits: { running: number; waiting: number }): HashingQueue {
  const waiting: (() => void)[] = [];
  let running = 0;

  const enter = async (): Promise<void> => {
    if (running < limits.running) {
      running += 1;
      return;
    }
    if (waiting.length >= limits.waiting) {
      throw new GakumonError('busy', { detail: `${waiting.length} password checks are waiting` });
    }
    // The place is handed over by the one who leaves, so `running` does not change.
    await new Promise<void>((resolve) => waiting.push(resolve));
  };
  const leave = (): void => {
    const next = waiting.shift();
    if (next === undefined) {
      running -= 1;
    } else {
      next();
    }
  };

  return async (work) => {
    await enter();
    try {
      return await work();
    } finally {
      leave();
    }
  };
}
