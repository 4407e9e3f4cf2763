import type { AttemptId } from '@gakumon/terms';
import type { Idp } from '../idp.ts';
import type { SsoAttempt, Visitor } from '../types.ts';
import { acceptAssertion, type KeyAnswer } from './acceptAssertion.ts';
import { checkTyped, type TypedOtp } from './acceptOtp.ts';
import { requirePerson } from './requirePerson.ts';

/**
 * Tries a code of one's own without any service: the same check, counted in the same way, in no login,
 * so that it proves nothing to anybody, and ends nothing either. The code is used up.
 * @throws GakumonError as `acceptOtp`
 */
export async function tryOtp(idp: Idp, visitor: Visitor, typed: TypedOtp): Promise<void> {
  const attempt = { id: idp.newId() as AttemptId };
  await checkTyped(idp, await requirePerson(idp, attempt, visitor), visitor, typed);
}

/**
 * The same for a passkey.
 * @param attempt the one that `beginAssertion` asked in, for `second`; made for this and for nothing else
 * @throws GakumonError as `acceptAssertion`
 */
export async function tryAssertion(
  idp: Idp,
  attempt: Pick<SsoAttempt, 'id'>,
  visitor: Visitor,
  answer: KeyAnswer,
): Promise<void> {
  await acceptAssertion(idp, attempt, visitor, answer);
  await idp.pendingLogins.remove(attempt.id, visitor.browser);
}
