import { setTimeout as pause } from 'node:timers/promises';
import { GakumonError } from '@gakumon/terms';

/** Lets steps wait for a lock without holding the event loop still. */
export type Patience = {
  /** Repeats a step while the engine is busy; the step must have done nothing when it failed busy. */
  retry<T>(step: () => Promise<T>): Promise<T>;
  /** The same, one after another: SQLite has one writer anyway, and a hundred requests don't wait inside it at once. */
  inTurn<T>(step: () => Promise<T>): Promise<T>;
};

/**
 * @param isBusy whether an error says "later"
 * @param limitMs how long a step may wait in all; then the busy error goes on to the caller
 */
export function createPatience(isBusy: (error: unknown) => boolean, limitMs: number): Patience {
  let last: Promise<unknown> = Promise.resolve();
  const attempt = async <T>(step: () => Promise<T>, deadline: number): Promise<T> => {
    for (let wait = 5; ; wait = Math.min(wait * 2, 50)) {
      try {
        return await step();
      } catch (error) {
        if (!isBusy(error) || performance.now() >= deadline) throw error;
      }
      await pause(wait * (0.5 + Math.random()));
    }
  };
  return {
    retry: (step) => attempt(step, performance.now() + limitMs),
    inTurn(step) {
      const deadline = performance.now() + limitMs;
      const turn = last.then(() => {
        if (performance.now() >= deadline) {
          throw new GakumonError('store-unavailable', { detail: 'other writes waited for the database too long' });
        }
        return attempt(step, deadline);
      });
      last = turn.catch(() => {});
      return turn;
    },
  };
}
