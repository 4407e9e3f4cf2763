import { GakumonError } from '@gakumon/terms';

/** More writers of one row at one moment than a person has windows open. */
const mostRounds = 200;

/**
 * Repeats read-then-write until nobody wrote in between. Each round somebody's write succeeds, so it ends.
 * @param round reads a row with its revision and writes it where the revision is still the same
 * @throws GakumonError `store-unavailable` when others were faster each time
 */
export async function compareAndSet<T>(round: () => Promise<{ readonly done: T } | 'outrun'>): Promise<T> {
  for (let count = 0; count < mostRounds; count += 1) {
    const result = await round();
    if (result !== 'outrun') return result.done;
  }
  throw new GakumonError('store-unavailable', { detail: `one row changed ${mostRounds} times while it was written` });
}
