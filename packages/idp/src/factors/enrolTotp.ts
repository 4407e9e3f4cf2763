import {
  confirmTotpCode,
  mostPendingTotps,
  newTotpSecret,
  type PendingTotp,
  type PersonAuthenticators,
  parseOtp,
  type ShownAuthenticator,
} from '@gakumon/mfa';
import { type AuthenticatorId, GakumonError } from '@gakumon/terms';
import type { Idp } from '../idp.ts';
import { addAuthenticator, enrolmentLifetime, giveTime, type Naming, requireRoom } from './enrolment.ts';
import { showAuthenticator } from './listAuthenticators.ts';
import { refusalOf } from './otpRefusal.ts';
import { type AuthenticatorOwner, prepareEnrolmentCheck } from './owner.ts';
import { ownRecord } from './ownRecord.ts';
import { type TotpKey, totpKeyOf } from './totpKey.ts';

/**
 * Begins to enrol an app for one-time codes. The same secret is shown again in this browser for
 * {@link enrolmentLifetime}, so that a page that was left or reloaded does not spoil what was scanned, nor does one that
 * is opened in another browser; it proves nothing until {@link confirmTotp}. A login that this is in gets as much time.
 * @throws GakumonError `enrolment-not-allowed` (law 7), `authenticator-limit`, `store-unavailable`
 */
export async function beginTotp(idp: Idp, owner: AuthenticatorOwner): Promise<TotpKey> {
  const { username } = owner.person;
  const requireAllowed = await prepareEnrolmentCheck(idp, owner, 'totp');
  const now = idp.clock();
  const record = await ownRecord(idp, owner.person).find();
  requireAllowed(record);
  requireRoom(record);
  const pending = findPending(record, owner, now) ?? (await writePending(idp, owner, now));
  await giveTime(idp, owner);
  return totpKeyOf(idp, username, pending.secret);
}

/**
 * Completes an enrolment by a code of the app; only now is there an authenticator. In a login it is proved by that at once.
 * @throws GakumonError `enrolment-not-allowed`; `totp-begun-anew` when none is under way here (any more);
 *   `otp-missing`, `otp-wrong`, `otp-used`, `otp-drift` (`data.minutes`, and `data.slow` 1 or 0); `authenticator-limit`;
 *   `store-unavailable`
 */
export async function confirmTotp(
  idp: Idp,
  owner: AuthenticatorOwner,
  { code, ...naming }: Naming & { readonly code: string },
): Promise<ShownAuthenticator> {
  const { username } = owner.person;
  const requireAllowed = await prepareEnrolmentCheck(idp, owner, 'totp');
  const now = idp.clock();
  const found = await ownRecord(idp, owner.person).find();
  const { id, secret, startedAt } = requirePending(found, owner, now);
  // Whoever was let in has the time that it takes to install an app: what was proved is weighed as of then
  requireAllowed(found, startedAt);
  if (parseOtp(code) === undefined) throw new GakumonError('otp-missing');
  const verdict = await confirmTotpCode(idp.codes, { id, secret }, username, code, now);
  if (verdict.kind !== 'accepted') throw refusalOf(verdict);
  const lastUsed = { at: now, address: owner.address };
  const made = { kind: 'totp', id, secret, createdAt: now, lastUsed, origin: 'enrolled', isShared: false } as const;
  const added = await addAuthenticator(idp, owner, naming, (record) => {
    // Of two at once, one completes it
    if (requirePending(record, owner, now).id !== id) throw new GakumonError('totp-begun-anew');
    requireAllowed(record, startedAt);
    const pendingTotps = record.pendingTotps.filter((one) => one.id !== id);
    return { made: { ...made, drift: verdict.drift }, rest: { ...record, pendingTotps } };
  });
  return showAuthenticator(added);
}

async function writePending(idp: Idp, owner: AuthenticatorOwner, now: number): Promise<PendingTotp> {
  const id = idp.newId() as AuthenticatorId;
  const fresh: PendingTotp = { id, secret: newTotpSecret(), startedAt: now, browser: owner.browser };
  const written = await ownRecord(idp, owner.person).change((record) =>
    findPending(record, owner, now) === undefined ? withPending(record, fresh) : record,
  );
  return findPending(written, owner, now) ?? fresh;
}

/** Beside those of other browsers: the oldest gives way where they are too many, and what is too old to be confirmed. */
function withPending(record: PersonAuthenticators, fresh: PendingTotp): PersonAuthenticators {
  const others = record.pendingTotps.filter((one) => one.browser !== fresh.browser && isOpen(one, fresh.startedAt));
  return { ...record, pendingTotps: [...others, fresh].slice(-mostPendingTotps) };
}

function requirePending(record: PersonAuthenticators, owner: AuthenticatorOwner, now: number): PendingTotp {
  const pending = findPending(record, owner, now);
  if (pending === undefined) throw new GakumonError('totp-begun-anew');
  return pending;
}

function findPending(
  { pendingTotps }: PersonAuthenticators,
  { browser }: AuthenticatorOwner,
  now: number,
): PendingTotp | undefined {
  return pendingTotps.find((one) => one.browser === browser && isOpen(one, now));
}

const isOpen = ({ startedAt }: PendingTotp, now: number): boolean => now - startedAt < enrolmentLifetime;
