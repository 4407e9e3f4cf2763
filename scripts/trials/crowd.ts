import { setTimeout as pause } from 'node:timers/promises';
import { describeLedger } from './ledger.ts';
import { createVisitor, type Outcome, type Trial, type Visitor } from './visitor.ts';

/** Many visitors at once, who go on until they are told to stop. */
export type Crowd = {
  readonly visitors: readonly Visitor[];
  /**
   * Waits until every visitor has got what it should, so many times one after another, by visits begun after this call:
   * signed in, or asked for the password when it does not know it.
   */
  untilServed(times: number): Promise<void>;
  /** Waits until these visits of some visitors, begun after this call, ended so. */
  untilAll(visitors: readonly Visitor[], outcome: Outcome, times: number): Promise<void>;
  /** Waits until one of them has ended one as it should, begun after this call. @returns how long that took, milliseconds */
  untilSomebodyIsServed(): Promise<number>;
  /** Sends everybody home. @throws what went wrong in the trial itself */
  stop(): Promise<void>;
};

/** Longer than anything may take to recover, milliseconds. */
const mostPatience = 30_000;

/** @param number how many; beyond the site's people, the first of them have a second browser */
export function gather(trial: Trial, number: number): Crowd {
  const { people } = trial.site;
  const strollers = Array.from({ length: number }, (_, index) => {
    const person = people[index % people.length];
    if (person === undefined) throw new Error('the site has no people');
    return { visitor: createVisitor(trial, person, index), streak: 0, epoch: 0, outcome: 'failed' as Outcome };
  });
  let epoch = 0;
  let isOver = false;

  const stroll = async (stroller: (typeof strollers)[number], index: number): Promise<void> => {
    for (let visits = 0; !isOver; visits += 1) {
      const begun = epoch;
      const outcome = await stroller.visitor.visit();
      const goesOn = stroller.epoch === begun && stroller.outcome === outcome;
      Object.assign(stroller, { streak: goesOn ? stroller.streak + 1 : 1, epoch: begun, outcome });
      // So that they do not all come at once
      await pause(50 + ((index * 37 + visits * 53) % 200));
    }
  };
  const strolls = Promise.all(strollers.map(stroll));
  let failed: { readonly error: unknown } | undefined;
  strolls.catch((error: unknown) => {
    failed = { error };
  });

  /** How often a visitor got that lately, by visits begun since the last call of `until`. */
  const timesOf = (stroller: (typeof strollers)[number], outcome: Outcome): number =>
    stroller.epoch === epoch && stroller.outcome === outcome ? stroller.streak : 0;
  const timesServed = (stroller: (typeof strollers)[number]): number =>
    Math.max(timesOf(stroller, 'signed-in'), stroller.visitor.knowsPassword ? 0 : timesOf(stroller, 'asked'));

  const until = async (what: string, holds: () => boolean): Promise<void> => {
    epoch += 1;
    const deadline = performance.now() + mostPatience;
    while (!holds()) {
      if (failed !== undefined) throw failed.error;
      if (performance.now() > deadline) throw new Error(`never so: ${what}; ${describeLedger(trial.ledger)}`);
      await pause(10);
    }
  };
  return {
    visitors: strollers.map(({ visitor }) => visitor),
    untilServed: (times) =>
      until('everybody is served', () => strollers.every((stroller) => timesServed(stroller) >= times)),
    untilAll: (visitors, outcome, times) => {
      const meant = strollers.filter(({ visitor }) => visitors.includes(visitor));
      return until(`all are ${outcome}`, () => meant.every((stroller) => timesOf(stroller, outcome) >= times));
    },
    async untilSomebodyIsServed() {
      const begun = performance.now();
      await until('somebody is served', () => strollers.some((stroller) => timesServed(stroller) > 0));
      return performance.now() - begun;
    },
    async stop() {
      isOver = true;
      await strolls;
    },
  };
}
