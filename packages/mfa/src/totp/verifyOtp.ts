import { timingSafeEqual } from 'node:crypto';
import type { AuthenticatorId, Username } from '@gakumon/terms';
import type { TotpAuthenticator } from '../authenticator.ts';
import type { SingleUseCodes } from '../ports.ts';
import { computeOtp, otpDigits, otpStep, otpStepOf } from './otp.ts';

/**
 * What a typed code was.
 * - `accepted`: of which step, and by how many steps the device's clock seems off (to be remembered; -2 to 2);
 * - `used`: this code, or a later one, was accepted before;
 * - `drifted`: right for another time: by how many seconds the device's clock is off, and whether it is behind. Nothing
 *   is proved by it, and it counts as a failed try like `wrong`.
 */
export type OtpVerdict =
  | { readonly kind: 'accepted'; readonly step: number; readonly drift: number }
  | { readonly kind: 'wrong' }
  | { readonly kind: 'used' }
  | { readonly kind: 'drifted'; readonly seconds: number; readonly slow: boolean };

/** What is needed of an authenticator to verify its codes. */
export type OtpDevice = Pick<TotpAuthenticator, 'id' | 'secret' | 'drift'>;

/** Steps either side of where the device's clock is thought to be: the way of the code, and a clock a little off. */
const tolerance = 1;
/** The largest drift that is remembered and followed, in steps. */
const longestDrift = 2;
/** How far from now a code is recognised in order to say that the clock is off: ten minutes. */
const farthest = 20;
/** How many steps longer than a code could be accepted its use is remembered: clocks of nodes may differ by a minute. */
const margin = 2;

/** Longest text that is read as a code, in UTF-16 units. */
const longestTyped = 64;
const otpForm = new RegExp(`^[0-9]{${otpDigits}}$`);

/** What was typed, as digits: full-width ones narrowed (NFKC), spaces, hyphens and invisible characters taken out. */
export function normaliseOtp(typed: string): string {
  if (typed.length > longestTyped) return typed.slice(0, longestTyped);
  return typed.normalize('NFKC').replace(/[\s\p{Pd}\p{Cf}\u2212\u30fc]/gu, '');
}

/**
 * Reads a typed text as a one-time code. What is none was not even guessed.
 * @param typed untrusted
 * @returns six digits; undefined when it can't be a code
 */
export function parseOtp(typed: string): string | undefined {
  const code = normaliseOtp(typed);
  return otpForm.test(code) ? code : undefined;
}

/**
 * Verifies a typed one-time code (RFC 6238 5.2, 6).
 *
 * **What is accepted.** The codes of one step either side of now, moved by the drift that the device had last time (two
 * steps at most), and always the code of this very step: a person who typed slowly last time would otherwise be told
 * that the clock is fast. So three codes in a million are good at any moment, four while a drift of two is remembered;
 * an authenticator can't be led further away, since the drift counts from now and not from the last one.
 *
 * **Codes of another time.** The code of a step up to ten minutes away tells that the clock is off. It is not accepted,
 * however often, and its step is used up: somebody who guesses 41 codes at once learns at best of one that its time,
 * when it comes, is past. So the wide window makes guessing no easier; its verdict still counts as a failed try.
 *
 * **Once.** Each step is good once, over all nodes. Accepting one uses up every earlier step that could still be accepted
 * too, before the verdict is told (stricter than RFC 6238 5.2): a code that was seen over a shoulder and never sent is
 * worth nothing once its successor was. Only two codes that are sent in the same instant can both be accepted.
 *
 * All codes are computed and compared every time, in constant time, so how long it takes tells nothing.
 * @param typed untrusted
 * @param now milliseconds
 */
export async function verifyOtp(
  codes: SingleUseCodes,
  device: OtpDevice,
  username: Username,
  typed: string,
  now: number,
): Promise<OtpVerdict> {
  const code = parseOtp(typed);
  if (code === undefined) return { kind: 'wrong' };
  const present = otpStepOf(now);
  const drift = boundedDrift(device.drift);
  const step = findStep(device.secret, code, present, drift);
  if (step === undefined) return { kind: 'wrong' };
  const use = (one: number) => codes.use(nameOf(username, device.id, one), goodUntil(one));
  if (!isAccepted(step, present, drift)) {
    if (goodUntil(step) > now) await use(step);
    return { kind: 'drifted', seconds: (Math.abs(step - present) * otpStep) / 1000, slow: step < present };
  }
  if (!(await use(step))) return { kind: 'used' };
  await Promise.all(earlierSteps(step, present).map(use));
  return { kind: 'accepted', step, drift: boundedDrift(step - present) };
}

/**
 * Verifies the first code of an authenticator that is being enrolled: only a good one completes it. A clock that is too
 * far off is told of now, when it can be mended, instead of at the next login. The code is used up like any other.
 * @param pending a secret that was shown to the person; `now` and `typed` as for {@link verifyOtp}
 */
export function confirmTotpCode(
  codes: SingleUseCodes,
  pending: Pick<TotpAuthenticator, 'id' | 'secret'>,
  username: Username,
  typed: string,
  now: number,
): Promise<OtpVerdict> {
  return verifyOtp(codes, { id: pending.id, secret: pending.secret, drift: 0 }, username, typed, now);
}

function boundedDrift(steps: number): number {
  return Math.max(-longestDrift, Math.min(longestDrift, Math.trunc(steps)));
}

function isAccepted(step: number, present: number, drift: number): boolean {
  return step === present || Math.abs(step - present - drift) <= tolerance;
}

/** The step whose code it is: one that is accepted rather than another, then the nearest. No early end on purpose. */
function findStep(secret: string, code: string, present: number, drift: number): number | undefined {
  const typed = Buffer.from(code);
  const fitting: number[] = [];
  for (let step = Math.max(0, present - farthest); step <= present + farthest; step += 1) {
    if (timingSafeEqual(typed, Buffer.from(computeOtp(secret, step)))) fitting.push(step);
  }
  const farness = (step: number) =>
    (isAccepted(step, present, drift) ? 0 : farthest) + Math.abs(step - present - drift);
  return fitting.toSorted((one, other) => farness(one) - farness(other))[0];
}

/** Every step before this one that is accepted now or later, with whatever drift is remembered by then. */
function earlierSteps(step: number, present: number): number[] {
  const first = Math.max(0, present - longestDrift - tolerance);
  return Array.from({ length: Math.max(0, step - first) }, (_, index) => first + index);
}

/** As text that no other authenticator has: user names may hold any punctuation. */
function nameOf(username: Username, id: AuthenticatorId, step: number): string {
  return `otp ${JSON.stringify([username, id, step])}`;
}

/** The end of the last moment when the code of a step can be accepted, with any drift. */
function goodUntil(step: number): number {
  return (step + longestDrift + tolerance + 1 + margin) * otpStep;
}
