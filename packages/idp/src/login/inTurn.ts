import { GakumonError, minutes, seconds, type Username } from '@gakumon/terms';
import type { Idp } from '../idp.ts';
import { bucketOf } from './throttle.ts';

/** Longer than a try may wait for its directory; for so long a node that dies leaves its turn behind, milliseconds. */
const turnLength = minutes(2);
/** How long somebody waits for a turn, and between two looks, milliseconds. */
const patience = seconds(10);
const betweenLooks = 50;

/**
 * Lets one try of a name at a time, over all nodes, go to a directory that locks accounts: it reads the directory's own
 * count of wrong passwords before the password is passed on, and two that read the same count would both find the last
 * room that is left (law 11).
 * @throws GakumonError `busy` when other tries take too long, and what `work` throws
 */
export async function inTurn<T>(
  idp: Pick<Idp, 'throttles' | 'sealingKeys' | 'clock' | 'delay'>,
  username: Username,
  work: () => Promise<T>,
): Promise<T> {
  const bucket = bucketOf(idp, { kind: 'turn', value: username });
  const resetsAt = await takeTurn(idp, bucket);
  try {
    return await work();
  } finally {
    // It ends by itself; what came of the try is what counts
    await idp.throttles.release(bucket, resetsAt).catch(() => undefined);
  }
}

async function takeTurn(idp: Pick<Idp, 'throttles' | 'clock' | 'delay'>, bucket: string): Promise<number> {
  for (let waited = 0; waited < patience; waited += betweenLooks) {
    const { count, resetsAt } = await idp.throttles.hit(bucket, turnLength, idp.clock());
    if (count === 1) return resetsAt;
    await idp.throttles.release(bucket, resetsAt);
    await idp.delay(betweenLooks);
  }
  throw new GakumonError('busy', { detail: 'other tries of the same name are still with the directory' });
}
