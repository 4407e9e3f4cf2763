import { GakumonError } from '@gakumon/terms';
import type { VerifyOptions } from './ports.ts';
import { createWaitingLanes, type WaitingLanes } from './waitingLanes.ts';

/** Who may wait, and for how long. */
export type WaitingLimits = {
  /** In all. */
  readonly waiting: number;
  /** Of one turn key. */
  readonly waitingPerTurn: number;
  /** How long anybody waits, milliseconds. */
  readonly patience: number;
};

/** Calls after so many milliseconds. @returns what calls it off */
export type Alarm = (milliseconds: number, call: () => void) => () => void;

/** Where those stand whose turn has not come. */
export type WaitingRoom = {
  /** @throws GakumonError `busy` when there is no place, patience ended, the place went to another, or nobody waits any more */
  readonly wait: (who: VerifyOptions) => Promise<void>;
  /** Ends the waiting of the one whose turn it is. @returns false when nobody waits */
  readonly callNext: () => boolean;
};

type Waiter = { readonly begin: () => void; readonly refuse: (reason: string) => void };

/** Makes an empty waiting room. */
export function createWaitingRoom(limits: WaitingLimits, alarm: Alarm): WaitingRoom {
  const lanes = createWaitingLanes<Waiter>();
  return {
    wait: async ({ turn = '', signal }) => {
      makeRoom(lanes, limits, turn);
      await waitIn(lanes, turn, signal, (call) => alarm(limits.patience, call));
    },
    callNext: () => {
      const next = lanes.takeNext();
      next?.begin();
      return next !== undefined;
    },
  };
}

/** @throws GakumonError `busy` when nobody waits for the answer any more; who is not there is not told anything else */
export function refuseGone(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw busy(gone);
}

/** When all places are taken, the network that has the most gives its last up to a network that has fewer. */
function makeRoom(lanes: WaitingLanes<Waiter>, { waiting, waitingPerTurn }: WaitingLimits, turn: string): void {
  const before = lanes.lengthOf(turn);
  if (before >= waitingPerTurn) throw busy(`${before} password checks of this network wait`);
  if (lanes.size() < waiting) return;
  const last = lanes.takeLastOfLonger(before + 1);
  if (last === undefined) throw busy(`${lanes.size()} password checks wait`);
  last.refuse('the place went to a network that has fewer');
}

function waitIn(
  lanes: WaitingLanes<Waiter>,
  turn: string,
  signal: AbortSignal | undefined,
  setAlarm: (call: () => void) => () => void,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      callOff();
      signal?.removeEventListener('abort', leaveGone);
    };
    const waiter: Waiter = {
      begin: () => {
        stop();
        resolve();
      },
      refuse: (reason) => {
        stop();
        lanes.remove(turn, waiter);
        reject(busy(reason));
      },
    };
    const leaveGone = (): void => waiter.refuse(gone);
    const callOff = setAlarm(() => waiter.refuse('waited for as long as anybody may'));
    signal?.addEventListener('abort', leaveGone);
    lanes.add(turn, waiter);
  });
}

const gone = 'nobody waits for the answer any more';
const busy = (detail: string): GakumonError => new GakumonError('busy', { detail });
