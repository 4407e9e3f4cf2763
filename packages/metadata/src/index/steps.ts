import { setImmediate as nextTurn } from 'node:timers/promises';

/** Work that may pause at each `yield`, and takes a millisecond or so until the next one. */
export type Steps<T> = Generator<void, T, void>;

/** Does all of it at once, for whoever serves nobody meanwhile. */
export function doAtOnce<T>(steps: Steps<T>): T {
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}

/** So long others wait at most, and a step more; milliseconds. */
const longestTurn = 4;

/** Does it while the event loop serves others. Rejects with what the work throws. */
export async function doInTurns<T>(steps: Steps<T>): Promise<T> {
  for (;;) {
    const until = performance.now() + longestTurn;
    do {
      const step = steps.next();
      if (step.done) return step.value;
    } while (performance.now() < until);
    await nextTurn();
  }
}
