import { type Clock, isGakumonError, minutes, reasonOf } from '@gakumon/terms';
import { isTurnedAway } from './askServer.ts';

/** Instants in milliseconds. */
export type Trouble = { readonly at: number; readonly message: string; readonly hint: string | undefined };

/** What came of the questions so far. */
export type Standing = {
  /** When the server last gave an answer that counts. */
  readonly answeredAt: number | undefined;
  /** What went wrong since then, or else a flood of the last minutes. */
  readonly problem: Trouble | undefined;
  /** Questions that were not let out, since the start. */
  readonly turnedAway: number;
};

/** Answers to others don't end it. */
const floodToldFor = minutes(10);

/** Remembers how the server answers. */
export function createStanding(clock: Clock): {
  readonly noteProblem: (error: unknown) => void;
  readonly noteAnswer: () => void;
  readonly tell: () => Standing;
} {
  let answeredAt: number | undefined;
  let problem: Trouble | undefined;
  let flood: Trouble | undefined;
  let turnedAway = 0;
  return {
    noteProblem: (error) => {
      const message = reasonOf(error);
      const trouble = { at: clock(), message, hint: isGakumonError(error) ? error.hint : undefined };
      if (isTurnedAway(error)) {
        turnedAway += 1;
        flood = trouble;
      } else problem = trouble;
    },
    noteAnswer: () => {
      answeredAt = clock();
      problem = undefined;
    },
    tell: () => {
      const recentFlood = flood !== undefined && clock() - flood.at < floodToldFor ? flood : undefined;
      return { answeredAt, problem: problem ?? recentFlood, turnedAway };
    },
  };
}
