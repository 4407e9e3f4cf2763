import { GakumonError, type Person } from '@gakumon/terms';
import { passwordOctets } from '../../password.ts';
import type { PasswordChange } from '../../ports.ts';
import type { BoundSession, LdapServers } from '../servers.ts';
import type { LdapSettings } from '../settings.ts';
import type { LdapEntry, LdapOutcome } from '../types.ts';
import { holdsBack } from './holdsBack.ts';
import { judgeBind } from './judgeBind.ts';
import { judgeChange } from './judgeChange.ts';
import { readAccountState } from './readAccountState.ts';
import { resultCodes } from './resultCodes.ts';
import { changeUnicodePwd, resetUnicodePwd } from './unicodePwd.ts';

type Passwords = { readonly current: string; readonly next: string };
type Ground = { readonly servers: LdapServers; readonly settings: LdapSettings; readonly now: number };
type Write = (session: BoundSession) => Promise<LdapOutcome>;

/**
 * Puts a new password in the place of the present one, which a bind of the person's own checks first: by that same bind, or by
 * the one who searches (`passwords.change`).
 * @param entry as read just now, with the `accountAttributes`
 * @param findPerson reads the person again, for the `passwordVersion` of the new password
 * @throws GakumonError `busy`, `directory-unavailable`
 */
export async function changePassword(
  ground: Ground,
  entry: LdapEntry,
  passwords: Passwords,
  findPerson: () => Promise<Person | undefined>,
): Promise<PasswordChange> {
  const judged = judgeBeforehand(ground, entry, passwords) ?? (await checkAndWrite(ground, entry, passwords));
  if (judged.kind !== 'changed') return judged;
  const person = await findPerson();
  if (person === undefined) throw new GakumonError('directory-unavailable', { detail: `${entry.dn} has just gone` });
  return { kind: 'changed', person };
}

type Judged = Exclude<PasswordChange, { kind: 'changed' }> | { readonly kind: 'changed' };

const notAllowed = { kind: 'refused', refusal: 'not-allowed' } as const;

/** What needs no password to be tried. */
function judgeBeforehand({ settings, now }: Ground, entry: LdapEntry, { next }: Passwords): Judged | undefined {
  if (settings.passwords.change === 'none') return notAllowed;
  if (settings.dialect === 'activeDirectory') requireTls(settings);
  // An empty one too: RFC 3062 would have the server make one, which nobody would learn
  if (passwordOctets(next) === undefined) return { kind: 'refused', refusal: 'too-weak' };
  const { closed } = readAccountState(entry, settings, now);
  if (closed?.reason === 'locked') return { kind: 'locked', until: closed.until };
  const held = holdsBack(entry, settings.lockout, now);
  return held === undefined ? undefined : { kind: 'held', ...held };
}

async function checkAndWrite(ground: Ground, entry: LdapEntry, passwords: Passwords): Promise<Judged> {
  const { servers, settings, now } = ground;
  const { closed } = readAccountState(entry, settings, now);
  const own = settings.passwords.change === 'self' && closed === undefined;
  const write = own ? writeOf(settings, entry.dn, passwords) : undefined;
  const bound = await servers.bindAs(entry.dn, passwords.current, write);
  const judged = judgeBind(bound.outcome, settings.dialect, now);
  if (judged.kind === 'locked') return { kind: 'locked', until: undefined };
  if (judged.kind === 'rejected') return { kind: 'rejected' };
  if (closed !== undefined || judged.account.closed !== undefined) return notAllowed;
  const outcome = bound.value ?? (await writeForThePerson(ground, entry, passwords));
  return outcome === undefined ? notAllowed : judgeChange(outcome, settings.dialect);
}

/**
 * The present password is right, and the person's own bind did not write the new one. AD lets everybody change a password who
 * knows the present one, so that one which has expired, or must be changed, needs no right of the one who searches.
 * @returns undefined: only the person might, and the server let nobody in with a password that has expired
 */
async function writeForThePerson(
  { servers, settings }: Ground,
  { dn }: LdapEntry,
  passwords: Passwords,
): Promise<LdapOutcome | undefined> {
  if (settings.passwords.change === 'self' && settings.dialect === 'openldap') return undefined;
  return servers.asService(writeOf(settings, dn, passwords));
}

function writeOf({ dialect, passwords: { change } }: LdapSettings, dn: string, passwords: Passwords): Write {
  const { current, next } = passwords;
  if (dialect === 'activeDirectory') {
    const changes = change === 'self' ? changeUnicodePwd(passwords) : resetUnicodePwd(next);
    return (session) => session.modify(dn, changes);
  }
  if (change === 'self') return (session) => session.passwordModify(dn, current, next);
  return async (session) => {
    // The access rules that let the one who searches write passwords need not let it compare them
    const outcome = await session.passwordModify(dn, undefined, next);
    // The password is written: what fails from here on must not read as if it were not
    if (outcome.code === resultCodes.success) await endReset(session, dn).catch(() => undefined);
    return outcome;
  };
}

/**
 * With `pwdMustChange`, what an administrator of passwords has written must be changed by the person: but this one is the
 * person's own choice, and would have to be changed for ever.
 */
async function endReset(session: BoundSession, dn: string): Promise<void> {
  const reset = await session.search({ base: dn, scope: 'base', filter: '(pwdReset=TRUE)', attributes: ['1.1'] });
  if (reset.length > 0) await session.modify(dn, [{ operation: 'delete', attribute: 'pwdReset', values: [] }]);
}

function requireTls({ name, servers, startTls }: LdapSettings): void {
  if (startTls || servers.every((server) => server.toLowerCase().startsWith('ldaps:'))) return;
  throw new GakumonError('directory-unavailable', {
    detail: `directory ${name}: no password is changed without TLS`,
    hint: 'AD takes a new password only over TLS: ldaps://, or startTls: true',
  });
}
