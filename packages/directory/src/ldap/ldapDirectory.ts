import { randomBytes } from 'node:crypto';
import type { AccountState, Clock, Person, Username } from '@gakumon/terms';
import { passwordOctets } from '../password.ts';
import type { Directory, PasswordHold, PasswordVerdict, VerifyOptions } from '../ports.ts';
import { changePassword } from './account/changePassword.ts';
import { holdsBack } from './account/holdsBack.ts';
import { judgeBind } from './account/judgeBind.ts';
import { joinAccountStates, readAccountState } from './account/readAccountState.ts';
import { fillDn } from './filterTemplate.ts';
import { type FoundEntry, findEntry, isNobody, loginNameOf } from './findEntry.ts';
import { groupsOf } from './groupsOf.ts';
import { createLdapServers } from './ldapServers.ts';
import { createOneAtATime } from './oneAtATime.ts';
import { everybody } from './placeOfPeople.ts';
import type { LdapServers } from './servers.ts';
import type { LdapSettings } from './settings.ts';
import { toPerson } from './toPerson.ts';

type Ground = {
  readonly settings: LdapSettings;
  readonly servers: LdapServers;
  readonly clock: Clock;
};

/**
 * The directory over LDAP servers. Nothing is connected before somebody asks.
 * @returns a directory whose methods throw GakumonError `directory-unavailable` with the reason of each server, and `busy`
 *   when too many wait
 */
export function createLdapDirectory(settings: LdapSettings, { clock }: { readonly clock: Clock }): Directory {
  const servers = createLdapServers(settings, { clock });
  const ground: Ground = { settings, servers, clock };
  const inTurn = createOneAtATime();
  const { change, place, rules } = settings.passwords;
  const changing: Pick<Directory, 'changePassword'> = {
    changePassword: (username, passwords) => inTurn(username, () => changeFor(ground, username, passwords)),
  };
  return {
    name: settings.name,
    lookUp: async (username) => (await findEntry(ground, username))?.username,
    find: (username) => findPerson(ground, username),
    verifyPassword: (username, password, options) =>
      inTurn(username, () => verifyPassword(ground, username, password, options)),
    findHold: async (username) => {
      const found = await findEntry(ground, username);
      return found && refuseUntried(ground, found);
    },
    ...(change === 'none' ? {} : changing),
    passwordPlace: place,
    passwordRules: rules,
    lockout: settings.lockout,
    listUsernames: () => listUsernames(ground),
    check: () => servers.check(),
    close: () => servers.close(),
  };
}

async function findPerson(ground: Ground, username: Username): Promise<Person | undefined> {
  const found = await findEntry(ground, username);
  if (found === undefined) return undefined;
  const account = readAccountState(found.entry, ground.settings, ground.clock());
  return toPerson(found, ground.settings, { account, groups: await groupsOf(ground, found) });
}

async function verifyPassword(
  ground: Ground,
  username: Username,
  password: string,
  options: VerifyOptions | undefined,
): Promise<PasswordVerdict> {
  if (password === '' || passwordOctets(password) === undefined) return { kind: 'rejected' };
  const found = await findEntry(ground, username);
  if (found === undefined) return rejectNobody(ground, username, password, options);
  return refuseUntried(ground, found) ?? (await tryPassword(ground, found, password, options));
}

/** As much work and traffic as for somebody whom the directory knows. */
async function rejectNobody(
  { settings, servers }: Ground,
  username: Username,
  password: string,
  options: VerifyOptions | undefined,
): Promise<PasswordVerdict> {
  await servers.bindAs(nobodyOf(settings, username), password, undefined, options);
  return { kind: 'rejected' };
}

function nobodyOf({ people }: LdapSettings, username: Username): string {
  if (people.nobody !== undefined) return people.nobody;
  if (people.by === 'template') return fillDn(people.dn, username);
  return `cn=nobody-${randomBytes(8).toString('hex')},${people.base}`;
}

/** What needs no try: the account is locked, or one more wrong password would lock it. */
function refuseUntried({ settings, clock }: Ground, { entry }: FoundEntry): PasswordHold | undefined {
  const { closed } = readAccountState(entry, settings, clock());
  if (closed?.reason === 'locked') return { kind: 'locked', until: closed.until };
  const held = holdsBack(entry, settings.lockout, clock());
  return held === undefined ? undefined : { kind: 'held', until: held.until };
}

async function tryPassword(
  ground: Ground,
  found: FoundEntry,
  password: string,
  options: VerifyOptions | undefined,
): Promise<PasswordVerdict> {
  const { settings, servers, clock } = ground;
  const { outcome } = await servers.bindAs(found.entry.dn, password, undefined, options);
  const judged = judgeBind(outcome, settings.dialect, clock());
  if (judged.kind === 'rejected') return { kind: 'rejected' };
  if (judged.kind === 'locked') return { kind: 'locked', until: undefined };
  const account = joinAccountStates(
    readAccountState(found.entry, settings, clock()),
    toldAtBind(judged.account, settings),
  );
  return { kind: 'accepted', person: toPerson(found, settings, { account, groups: await groupsOf(ground, found) }) };
}

/** The one who searches may set even a password that lets nobody in any more. */
function toldAtBind(account: AccountState, { passwords: { change } }: LdapSettings): AccountState {
  return change === 'service' && account.password?.kind === 'expired'
    ? { ...account, password: { kind: 'expired' } }
    : account;
}

async function changeFor(
  { settings, servers, clock }: Ground,
  username: Username,
  passwords: { readonly current: string; readonly next: string },
) {
  const ground = { settings, servers, clock };
  const found = await findEntry(ground, username);
  if (found === undefined || passwordOctets(passwords.current) === undefined) return { kind: 'rejected' } as const;
  const again = (): Promise<Person | undefined> => findPerson(ground, username);
  return changePassword({ settings, servers, now: clock() }, found.entry, passwords, again);
}

async function* listUsernames({ settings, servers }: Ground): AsyncIterable<Username> {
  const { usernameAttribute } = settings;
  for await (const entry of servers.searchPaged({ ...everybody(settings), attributes: [usernameAttribute] })) {
    const username = loginNameOf(entry, usernameAttribute);
    if (username !== undefined && !isNobody(settings, entry.dn)) yield username;
  }
}
