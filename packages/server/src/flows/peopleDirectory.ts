import { createHash } from 'node:crypto';
import type { Directory, PasswordPlace, PasswordRefusal } from '@gakumon/directory';
import { type AccountState, GakumonError, type Localised, type Person, type Username } from '@gakumon/terms';

/** Somebody in a directory of the tests. */
export type Account = {
  password: string;
  account?: AccountState;
  /** What the directory says of the password itself; told at the log-in only, as some do. */
  isLocked?: boolean;
  groups?: readonly string[];
  /** Sources beside it that could not be asked. */
  sourcesAway?: readonly string[];
};

/** A directory in memory that takes new passwords, as an LDAP server with a password policy does; no hashing, for speed. */
export type PeopleDirectory = Directory & {
  readonly people: Map<string, Account>;
  /** While set, nobody can be asked anything. */
  isAway: boolean;
  /** When it goes away while it changes a password. */
  goesAway: 'after the change' | undefined;
  /** How often a password was looked at. */
  looks: number;
};

const shortest = 12;

export function createPeopleDirectory(
  name: string,
  accounts: Readonly<Record<string, Account>>,
  options: {
    readonly place?: PasswordPlace;
    readonly rules?: Localised;
    readonly lockout?: Directory['lockout'];
    readonly match?: RegExp;
  } = {},
): PeopleDirectory {
  const people = new Map(Object.entries(accounts));
  const used = new Map<string, string[]>();
  const { place = { at: 'here' }, rules, lockout, match = /^/ } = options;
  const find = (username: Username): Account | undefined => {
    if (directory.isAway) throw new GakumonError('directory-unavailable', { detail: `${name}: away` });
    return people.get(username);
  };
  const directory: PeopleDirectory = {
    name,
    people,
    isAway: false,
    goesAway: undefined,
    looks: 0,
    lockout,
    passwordPlace: place,
    passwordRules: rules,
    mayKnow: (username) => match.test(username),
    find: async (username) => {
      const account = find(username);
      return account && { ...personOf(name, username, account), account: { closed: account.account?.closed } };
    },
    verifyPassword: async (username, password) => {
      const account = find(username);
      if (account?.isLocked) return { kind: 'locked', until: undefined };
      directory.looks += 1;
      if (account?.password !== password) return { kind: 'rejected' };
      return { kind: 'accepted', person: personOf(name, username, account) };
    },
    changePassword: async (username, { current, next }) => {
      const account = find(username);
      directory.looks += 1;
      if (account?.password !== current) return { kind: 'rejected' };
      const before = used.get(username) ?? [];
      const refusal = refusalOf(next, before);
      if (refusal !== undefined) return { kind: 'refused', refusal };
      used.set(username, [...before, current]);
      const changed = { ...account, password: next, account: {} };
      people.set(username, changed);
      if (directory.goesAway !== undefined)
        throw new GakumonError('directory-unavailable', { detail: `${name}: away` });
      return { kind: 'changed', person: personOf(name, username, changed) };
    },
  };
  return directory;
}

function refusalOf(next: string, before: readonly string[]): PasswordRefusal | undefined {
  if (next.length < shortest) return 'too-short';
  if (before.includes(next)) return 'used-before';
  if (next.includes('too soon')) return 'too-young';
  return next.includes('forbidden') ? 'not-allowed' : undefined;
}

function personOf(directory: string, username: string, account: Account): Person {
  const { password, account: state = {}, groups = [], sourcesAway } = account;
  const passwordVersion = createHash('sha256').update(password).digest('base64url').slice(0, 12);
  const known = { username: username as Username, directory, passwordVersion, groups, attributes: {} };
  return { ...known, account: state, sourcesAway };
}
