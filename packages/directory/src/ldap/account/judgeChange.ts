import { GakumonError } from '@gakumon/terms';
import type { PasswordRefusal } from '../../ports.ts';
import type { LdapDialect } from '../settings.ts';
import type { LdapOutcome } from '../types.ts';
import { noVerdict } from './judgeBind.ts';
import { policyErrors, resultCodes } from './resultCodes.ts';

/** What became of a new password at the server. */
export type ChangeJudgement =
  | { readonly kind: 'changed' }
  /** The present password was wrong. */
  | { readonly kind: 'rejected' }
  | { readonly kind: 'refused'; readonly refusal: PasswordRefusal };

/**
 * Judges the outcome of a change of a password.
 * @throws GakumonError `directory-unavailable`: the server could not do it, or we asked in a way that it does not take
 */
export function judgeChange(outcome: LdapOutcome, dialect: LdapDialect): ChangeJudgement {
  if (outcome.code === resultCodes.success) return { kind: 'changed' };
  const judged = dialect === 'activeDirectory' ? judgeByWindowsError(outcome) : judgeByPolicyError(outcome);
  const judgement = judged ?? byCode.get(outcome.code);
  if (judgement !== undefined) return judgement;
  throw outcome.code === resultCodes.referral ? onlyACopy(outcome) : noVerdict(outcome);
}

const refused = (refusal: PasswordRefusal): ChangeJudgement => ({ kind: 'refused', refusal });

const byCode: ReadonlyMap<number, ChangeJudgement> = new Map([
  [resultCodes.constraintViolation, refused('too-weak')],
  [resultCodes.insufficientAccessRights, refused('not-allowed')],
  [resultCodes.unwillingToPerform, refused('not-allowed')],
]);

/** Longer ones are refused by slapd 2.6 with 9, which the draft does not know. */
const passwordTooLong = 9;

const byPolicyError: ReadonlyMap<number | undefined, ChangeJudgement> = new Map<number | undefined, ChangeJudgement>([
  [policyErrors.passwordModNotAllowed, refused('not-allowed')],
  [policyErrors.mustSupplyOldPassword, refused('not-allowed')],
  [policyErrors.insufficientPasswordQuality, refused('too-weak')],
  [policyErrors.passwordTooShort, refused('too-short')],
  [passwordTooLong, refused('too-weak')],
  [policyErrors.passwordTooYoung, refused('too-young')],
  [policyErrors.passwordInHistory, refused('used-before')],
]);

function judgeByPolicyError({ policy }: LdapOutcome): ChangeJudgement | undefined {
  return byPolicyError.get(policy?.error);
}

/**
 * AD begins its text with a Windows error. 0000052D (ERROR_PASSWORD_RESTRICTION) is the length, the complexity, the history and the
 * least age in one; Samba's words after it tell them apart.
 */
function judgeByWindowsError({ code, message }: LdapOutcome): ChangeJudgement | undefined {
  const begins = message.slice(0, 500).toLowerCase();
  if (begins.startsWith('00000056:')) return { kind: 'rejected' };
  if (!begins.startsWith('0000052d:')) {
    if (code === resultCodes.unwillingToPerform) throw noVerdict({ code, message, policy: undefined }, overTls);
    return undefined;
  }
  if (begins.includes('already used')) return refused('used-before');
  if (begins.includes('too short')) return refused('too-short');
  return refused(begins.includes('too young') ? 'too-young' : 'too-weak');
}

const overTls = 'AD takes a new password only over TLS with 128 bits: ldaps://, or startTls: true';

function onlyACopy({ message }: LdapOutcome): GakumonError {
  return new GakumonError('directory-unavailable', {
    detail: `result ${resultCodes.referral}: ${message.slice(0, 300)}`,
    hint: 'the server holds a copy and takes no changes: put the one that does first in servers, or passwords.change: none',
  });
}
