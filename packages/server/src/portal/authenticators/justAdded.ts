import { type AuthenticatorOwner, type Idp, listAuthenticators, ownRecord } from '@gakumon/idp';
import type { Authenticator, EnrollableKind } from '@gakumon/mfa';
import { type ErrorCode, isGakumonError, minutes } from '@gakumon/terms';

/** What a form is told that was sent twice, the second time. */
const afterFirst: ReadonlySet<ErrorCode> = new Set(['totp-begun-anew', 'otp-used', 'passkey-stale']);
const lately = minutes(2);

/**
 * For a form that was sent twice: what the first one added, which is told again.
 * @returns undefined when the refusal is about something else
 */
export async function findJustAdded(
  idp: Idp,
  owner: AuthenticatorOwner,
  kind: EnrollableKind,
  refusal: unknown,
): Promise<Authenticator | undefined> {
  if (!isGakumonError(refusal) || !afterFirst.has(refusal.code)) return undefined;
  const { person, browser } = owner;
  const { pendingTotps } = await ownRecord(idp, person).find();
  if (kind === 'totp' && pendingTotps.some((one) => one.browser === browser)) return undefined;
  const all = await listAuthenticators(idp, person);
  return all.find((one) => one.kind === kind && idp.clock() - one.createdAt < lately);
}
