import type { Clock } from '@gakumon/terms';
import { type AdPolicy, fromFileTime, toFileTime } from './adAccounts.ts';
import { type AdObject, setValue, textOf } from './adStore.ts';
import { adResults } from './adTexts.ts';
import { type BerElement, readAll, readInteger, readText } from './ber.ts';
import type { LdapResult } from './messages.ts';

export type PasswordRules = {
  readonly policy: AdPolicy;
  readonly clock: Clock;
  readonly isSecure: boolean;
  /** Whether the one who asks may reset the passwords of others. */
  readonly mayReset: boolean;
};

type Change = { readonly operation: number; readonly name: string; readonly values: readonly Buffer[] };
const kinds = { add: 0, delete: 1, replace: 2 } as const;

/** A modify of unicodePwd (MS-ADTS 3.1.1.3.1.5); no other attribute is written over LDAP here. */
export function modifyPassword(object: AdObject, changes: BerElement, rules: PasswordRules): LdapResult {
  const read = readAll(changes.content).map(readChange);
  if (read.some((change) => change.name.toLowerCase() !== 'unicodepwd')) return adResults.noRight;
  if (!rules.isSecure) return adResults.needsTls;
  const [first, second] = read;
  if (read.length === 1 && first?.operation === kinds.replace) return reset(object, decode(first), rules);
  if (first?.operation === kinds.delete && second?.operation === kinds.add) {
    return change(object, decode(first), decode(second), rules);
  }
  return adResults.needsTls;
}

function readChange({ content }: BerElement): Change {
  const [operation, modification] = readAll(content);
  const [name, values] = modification === undefined ? [] : readAll(modification.content);
  if (operation === undefined || name === undefined || values === undefined) throw new Error('LDAP: no change');
  const octets = readAll(values.content).map((value) => value.content);
  return { operation: readInteger(operation), name: readText(name), values: octets };
}

/** In quotes, in UTF-16LE; undefined: it is not. */
function decode({ values }: Change): string | undefined {
  const [, password] = /^"(.*)"$/s.exec(values[0]?.toString('utf16le') ?? '') ?? [];
  return values.length === 1 ? password : undefined;
}

function reset(object: AdObject, next: string | undefined, rules: PasswordRules): LdapResult {
  if (next === undefined) return adResults.needsTls;
  if (!rules.mayReset) return adResults.noRight;
  return next.length < rules.policy.minPasswordLength ? adResults.passwordRestriction : write(object, next, rules);
}

function change(
  object: AdObject,
  current: string | undefined,
  next: string | undefined,
  rules: PasswordRules,
): LdapResult {
  if (current === undefined || next === undefined) return adResults.needsTls;
  if (object.password !== current) return adResults.wrongOldPassword;
  const { minPasswordLength, minPasswordAge, passwordHistory } = rules.policy;
  const lastSet = textOf(object, 'pwdLastSet') ?? '0';
  const isYoung = lastSet !== '0' && fromFileTime(lastSet) + minPasswordAge > rules.clock();
  const former = [current, ...object.formerPasswords].slice(0, passwordHistory);
  const isRefused = next.length < minPasswordLength || isYoung || former.includes(next);
  return isRefused ? adResults.passwordRestriction : write(object, next, rules);
}

function write(object: AdObject, next: string, { clock }: PasswordRules): LdapResult {
  if (object.password !== undefined) object.formerPasswords.unshift(object.password);
  object.password = next;
  setValue(object, 'pwdLastSet', toFileTime(clock()));
  return adResults.success;
}
