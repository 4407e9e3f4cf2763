import { type AccountState, GakumonError } from '@gakumon/terms';
import type { LdapDialect } from '../settings.ts';
import type { LdapOutcome } from '../types.ts';
import { policyErrors, resultCodes } from './resultCodes.ts';
import { readSubCode } from './subCode.ts';

/** What a server's answer to a bind says of the password. */
export type BindJudgement =
  /**
   * It is right; `account` is what was said beside it. `isBound`: the connection is that person's now; otherwise the server
   * looked at the password, and let nobody in for another reason.
   */
  | { readonly kind: 'accepted'; readonly account: AccountState; readonly isBound: boolean }
  | { readonly kind: 'rejected' }
  /** It was not looked at. */
  | { readonly kind: 'locked' };

/**
 * Judges the outcome of a bind with a password that is not empty.
 * @param now milliseconds, which the end of a password is counted from
 * @throws GakumonError `directory-unavailable`: the outcome says nothing of the password
 */
export function judgeBind(outcome: LdapOutcome, dialect: LdapDialect, now: number): BindJudgement {
  if (outcome.code === resultCodes.success) return judgeSuccess(outcome, now);
  if (outcome.code === resultCodes.invalidCredentials) return judges[dialect](outcome);
  if (rejecting.has(outcome.code)) return { kind: 'rejected' };
  throw noVerdict(outcome);
}

/** Nobody stands there, or nobody with a password: no more is told of it than of a wrong one. */
const rejecting: ReadonlySet<number> = new Set([resultCodes.noSuchObject, resultCodes.inappropriateAuthentication]);

function judgeSuccess({ policy }: LdapOutcome, now: number): BindJudgement {
  const accepted = (account: AccountState): BindJudgement => ({ kind: 'accepted', account, isBound: true });
  // It lets nobody in whom it calls locked; a server that does both is not believed the better half
  if (policy?.error === policyErrors.accountLocked) return accepted({ closed: { reason: 'locked' } });
  if (policy?.error === policyErrors.changeAfterReset) return accepted({ password: { kind: 'must-change' } });
  // A login of grace: the password has expired already, and the next one may be the last
  if (policy?.error === policyErrors.passwordExpired || policy?.graceAuthNsRemaining !== undefined) {
    return accepted({ password: { kind: 'expired' } });
  }
  const seconds = policy?.timeBeforeExpiration;
  return accepted(seconds === undefined ? {} : { password: { kind: 'expires', at: now + seconds * 1000 } });
}

const judges = { openldap: judgeByPolicy, activeDirectory: judgeBySubCode } as const;

/** slapd says that a password has expired only after it was right, and that an account is locked without looking at it. */
function judgeByPolicy({ policy }: LdapOutcome): BindJudgement {
  if (policy?.error === policyErrors.accountLocked) return { kind: 'locked' };
  return policy?.error === policyErrors.passwordExpired
    ? closed({ password: { kind: 'expired', isFinal: true } })
    : { kind: 'rejected' };
}

function judgeBySubCode(outcome: LdapOutcome): BindJudgement {
  const code = readSubCode(outcome.message);
  if (code === undefined) return { kind: 'rejected' };
  if (code === subCodes.badBindings || code === subCodes.tooManyGroups) throw noVerdict(outcome);
  return verdicts.get(code) ?? { kind: 'rejected' };
}

const closed = (account: AccountState): BindJudgement => ({ kind: 'accepted', account, isBound: false });

/** Windows' error codes, MS-ERREF 2.2, in hexadecimal. */
const subCodes = { badBindings: '80090346', tooManyGroups: '568' } as const;

/**
 * AD says all of these but 775 only after the right password. Not now (530), not here (531) and not in this way (52f, 569) have
 * no word of their own: staff have closed the door there.
 */
const verdicts: ReadonlyMap<string, BindJudgement> = new Map<string, BindJudgement>([
  ['773', closed({ password: { kind: 'must-change' } })],
  ['532', closed({ password: { kind: 'expired' } })],
  ['533', closed({ closed: { reason: 'disabled' } })],
  ['701', closed({ closed: { reason: 'expired' } })],
  ['530', closed({ closed: { reason: 'disabled' } })],
  ['531', closed({ closed: { reason: 'disabled' } })],
  ['52f', closed({ closed: { reason: 'disabled' } })],
  ['569', closed({ closed: { reason: 'disabled' } })],
  ['775', { kind: 'locked' }],
]);

const hints: ReadonlyMap<number, string> = new Map([
  [resultCodes.strongerAuthRequired, 'the server takes passwords over TLS only: ldaps://, or startTls: true'],
  [resultCodes.confidentialityRequired, 'the server takes passwords over TLS only: ldaps://, or startTls: true'],
  [resultCodes.busy, 'the server has too much to do, or answers nothing now'],
  [resultCodes.unavailable, 'the server has too much to do, or answers nothing now'],
  [resultCodes.unwillingToPerform, 'the server does not do it: its own log says why'],
  [resultCodes.insufficientAccessRights, 'the access rules of the server must let everybody `auth` by userPassword'],
  [resultCodes.invalidDnSyntax, 'the DN that the login name leads to is none: people.dn in gakumon.yaml'],
  [resultCodes.invalidCredentials, 'AD refused the way in which we came, not the password: its own log says why'],
]);

/** An outcome that says nothing of the password, as an error for the operator. */
export function noVerdict({ code, message }: LdapOutcome, hint = hints.get(code)): GakumonError {
  return new GakumonError('directory-unavailable', {
    detail: `result ${code}: ${message.slice(0, 300)}`,
    hint,
  });
}
