import type { Lockout } from '@gakumon/directory';
import { GakumonError, type Username } from '@gakumon/terms';
import type { Idp } from '../idp.ts';
import { accountLimit, bucketOf, minutesUntil } from './throttle.ts';

type Counters = Pick<Idp, 'throttles' | 'sealingKeys' | 'clock'>;

/** A try that is counted, for as long as it may count at the directory. */
export type Slot = { readonly bucket: string; readonly resetsAt: number };

/**
 * Counts a try against what the directory bears, which must see fewer wrong passwords than lock the account (law 11). Each
 * try takes a slot that is free again one window later. So in no stretch of that length more are passed on than there are
 * slots; one counter with a window of its own would let twice as many through around its end.
 * @throws GakumonError `account-throttled` (`data.minutes` until the next try)
 */
export async function takeSlot(idp: Counters, username: Username, { attempts, window }: Lockout): Promise<Slot> {
  const taken: number[] = [];
  for (const bucket of slotsOf(idp, username).slice(0, slotCount(attempts))) {
    const { count, resetsAt } = await idp.throttles.hit(bucket, window, idp.clock());
    if (count === 1) return { bucket, resetsAt };
    await idp.throttles.release(bucket, resetsAt);
    taken.push(resetsAt);
  }
  throw new GakumonError('account-throttled', { data: { minutes: minutesUntil(idp, Math.min(...taken)) } });
}

/** How many slots are taken, and until when the first of them is; nothing is taken by asking. */
export async function peekSlots(
  idp: Counters,
  username: Username,
  { attempts }: Pick<Lockout, 'attempts'>,
): Promise<{ readonly count: number; readonly limit: number; readonly resetsAt: number }> {
  const limit = slotCount(attempts);
  const buckets = slotsOf(idp, username).slice(0, limit);
  const slots = await Promise.all(buckets.map((bucket) => idp.throttles.peek(bucket, idp.clock())));
  const taken = slots.filter(({ count }) => count > 0);
  return { count: taken.length, limit, resetsAt: Math.min(...taken.map(({ resetsAt }) => resetsAt)) };
}

const slotCount = (attempts: number): number => Math.min(accountLimit, Math.max(1, attempts - 1));

/** After a right password the directory forgets the wrong ones too. */
export async function clearSlots(idp: Counters, username: Username): Promise<void> {
  await Promise.all(slotsOf(idp, username).map((bucket) => idp.throttles.clear(bucket)));
}

/** No more than wrong passwords are passed on at all. */
function slotsOf(idp: Counters, username: Username): readonly string[] {
  return Array.from({ length: accountLimit }, (_, slot) =>
    bucketOf(idp, { kind: 'lockout', value: `${slot} ${username}` }),
  );
}
