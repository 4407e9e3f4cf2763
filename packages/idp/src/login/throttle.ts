import { createHmac } from 'node:crypto';
import { placeAddress, type StepUpPolicy } from '@gakumon/mfa';
import { hours, minutes } from '@gakumon/terms';
import type { Idp } from '../idp.ts';

/** Wrong passwords that an account may see in one window; below the lock-out of the directories behind it (law 11). */
export const accountLimit = 8;
/** Wrong passwords of one address in one window before its next tries are delayed; a lecture room of 300 shares one. */
export const addressLimit = 60;
/**
 * Wrong one-time codes that an authenticator of a person may see, and all of a person's together, in an hour and in a day: a
 * guess hits once in 300,000, and many authenticators bring no more guesses.
 */
export const codeLimits = { 'codes-hour': 9, 'codes-day': 30, 'all-codes-hour': 15, 'all-codes-day': 45 } as const;
const delayStep = 100;
const longestDelay = 3000;
/** Whatever strangers type, there are never more counters than this (law 4). */
const bucketCount = 2 ** 20;

/** What is counted, and how long a window of its counter is, milliseconds. */
const windowLengths = {
  account: minutes(10),
  address: minutes(10),
  'codes-hour': hours(1),
  'codes-day': hours(24),
  'all-codes-hour': hours(1),
  'all-codes-day': hours(24),
} as const;

type TimedSubject = { readonly kind: keyof typeof windowLengths; readonly value: string };
/** `lockout`: tries that a directory remembers, for as long as it says itself (`takeSlot`). `turn`: the one that it looks at. */
export type ThrottleSubject = TimedSubject | { readonly kind: 'lockout' | 'turn'; readonly value: string };

/**
 * Names the counter of a subject. The key is secret, so that nobody can choose a name that shares another's counter.
 */
export function bucketOf(idp: Pick<Idp, 'sealingKeys'>, subject: ThrottleSubject): string {
  const value = subject.kind === 'address' ? networkOf(subject.value) : subject.value;
  const digest = createHmac('sha256', idp.sealingKeys.current.authentication)
    .update(`throttle ${subject.kind} ${value}`)
    .digest();
  return `${subject.kind}:${digest.readUInt32BE(0) % bucketCount}`;
}

/** Counts one try, before it is known whether it is right: parallel guesses are all counted. */
export async function countTry(
  idp: Pick<Idp, 'throttles' | 'sealingKeys' | 'clock'>,
  subject: TimedSubject,
): Promise<{ count: number; resetsAt: number }> {
  return idp.throttles.hit(bucketOf(idp, subject), windowLengths[subject.kind], idp.clock());
}

/** How long until a time, as people are told: whole minutes, one at least; that of our own window where nobody knows. */
export function minutesUntil(idp: Pick<Idp, 'clock'>, until: number | undefined): number {
  const left = until === undefined ? windowLengths.account : until - idp.clock();
  return Math.max(1, Math.ceil(left / minutes(1)));
}

/** How long a try from an address with so many failures waits, milliseconds. It is never refused (law 11). */
export function requiredDelay(failures: number, limit: number = addressLimit): number {
  return Math.min(longestDelay, Math.max(0, failures - limit) * delayStep);
}

/** How many wrong passwords an address may see: as its network in policy.yaml says, or as everywhere. Pure. */
export function addressLimitOf({ networks }: Pick<StepUpPolicy, 'networks'>, address: string): number {
  const inside = placeAddress(networks, address).inside.map(({ network }) => network);
  const stated = networks.filter(({ name }) => inside.includes(name)).map(({ wrongPasswords }) => wrongPasswords);
  return stated.find((limit) => limit !== undefined) ?? addressLimit;
}

/**
 * Counts a failure of somebody who has proved nothing, and lets them wait for its answer where their address has seen many.
 * @throws GakumonError `store-unavailable`
 */
export async function delayFailure(
  idp: Pick<Idp, 'throttles' | 'sealingKeys' | 'clock' | 'policy' | 'delay'>,
  address: string,
): Promise<void> {
  const { count } = await countTry(idp, { kind: 'address', value: address });
  const delay = requiredDelay(count, addressLimitOf(idp.policy(), address));
  if (delay > 0) await idp.delay(delay);
}

/** IPv6 is counted by /64, since one person has all of it. */
export function networkOf(address: string): string {
  if (!address.includes(':')) return address;
  const [head = '', tail] = address.split('%')[0]?.split('::') ?? [];
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  const missing = tail === undefined ? 0 : Math.max(0, 8 - left.length - right.length);
  const groups = [...left, ...Array<string>(missing).fill('0'), ...right].slice(0, 4);
  return `${groups.map((group) => Number.parseInt(group, 16).toString(16)).join(':')}::/64`;
}
