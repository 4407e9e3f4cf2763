import { setTimeout as pause } from 'node:timers/promises';

/**
 * The first of several tries that goes well, in their order, not in that of their answers.
 * @param graceMs once one has gone well, those before it that say nothing are waited for so long, milliseconds
 * @returns undefined when none did
 */
export async function firstInOrder<T>(tries: readonly Promise<T>[], graceMs: number): Promise<T | undefined> {
  // Before the race: of two that are over already the one in front wins it
  const answers = tries.map((attempt) =>
    attempt.then(
      (good) => ({ good }),
      () => undefined,
    ),
  );
  const isLate = Promise.any(tries).then(
    () => pause(graceMs, undefined, { ref: false }),
    () => new Promise<undefined>(() => {}),
  );
  for (const answer of answers) {
    const first = await Promise.race([answer, isLate]);
    if (first !== undefined) return first.good;
  }
  return undefined;
}
