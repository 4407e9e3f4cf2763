import { seconds } from '@gakumon/terms';
import type { VerifyOptions } from './ports.ts';
import { type Alarm, createWaitingRoom, refuseGone, type WaitingLimits } from './waitingRoom.ts';

/**
 * Runs expensive work when its turn comes.
 * @param who whose turn it is, and the signal that nobody waits for the outcome any more
 */
export type HashingQueue = <T>(work: () => Promise<T>, who?: VerifyOptions) => Promise<T>;

/** How many hashes run at once, how many wait behind them in all, and what else there is to say about waiting. */
export type HashingLimits = { readonly running: number } & Pick<WaitingLimits, 'waiting'> & Partial<WaitingLimits>;

/**
 * What two threads do in ten seconds at a fifth of a second each: who stood further behind would wait in vain. A lecture
 * room of 300 that submits in the same second is through at the third or fourth try, half a minute later.
 */
const usual = { waitingPerTurn: 100, patience: seconds(10) };

/**
 * Lets a few hashes run at once and a bounded number wait: a flood of logins takes neither all memory (each hash needs
 * 32 MB) nor the whole thread pool, which signs the answers of those already logged in. The networks take turns, so a
 * flood from one of them delays another's login by one hash. Nothing is hashed for somebody who has gone.
 * @param alarm tells when patience ends; an argument, so that tests need not wait
 * @returns a function that throws GakumonError `busy` when as many wait as may, in all or of this turn key; when patience
 *   ended; and when the signal says that nobody waits any more
 */
export function createHashingQueue(limits: HashingLimits, alarm: Alarm = setAlarm): HashingQueue {
  const room = createWaitingRoom({ ...usual, ...limits }, alarm);
  let running = 0;

  const enter = async (who: VerifyOptions): Promise<void> => {
    refuseGone(who.signal);
    // The place is handed over by the one who leaves, so `running` does not change for those who wait.
    if (running >= limits.running) await room.wait(who);
    else running += 1;
  };

  return async (work, who = {}) => {
    await enter(who);
    try {
      return await work();
    } finally {
      if (!room.callNext()) running -= 1;
    }
  };
}

const setAlarm: Alarm = (milliseconds, call) => {
  const timer = setTimeout(call, milliseconds);
  return () => clearTimeout(timer);
};
