import { type Idp, listAuthenticators, ofPerson, showAuthenticator } from '@gakumon/idp';
import { type Authenticator, defaultPolicy, noAuthenticators, type ShownAuthenticator } from '@gakumon/mfa';
import type { Username } from '@gakumon/terms';
import type { FoundPerson } from './findPerson.ts';
import { isoTime, tellSecond } from './metadata/moments.ts';

/** The authenticators of a login name as staff see them, in the order in which they are offered. */
export type StaffView = readonly (ShownAuthenticator & {
  readonly isPreferred: boolean;
  /** Of which other directory its owner was, who had the same login name: the person of now has no use of it. */
  readonly ofOther: string | undefined;
})[];

/**
 * @param found undefined: whom no directory knows any more may still have some
 * @param directories all that are configured
 */
export async function viewAuthenticators(
  idp: Pick<Idp, 'authenticators'>,
  username: Username,
  found: FoundPerson | undefined,
  directories: readonly { readonly name: string }[],
): Promise<StaffView> {
  const sources = {
    authenticators: idp.authenticators,
    directories: () => (found === undefined ? [] : [found.directory]),
    policy: () => defaultPolicy,
  };
  const listed = await listAuthenticators(sources, { username, directory: found?.person.directory ?? '' });
  const { preferred } = listed.length === 0 ? noAuthenticators : await idp.authenticators.find(username);
  const own = found === undefined ? listed : ofPerson(listed.filter(isKept), found.person, directories);
  return listed.map((one) => {
    const ofOther = isKept(one) && !own.includes(one) ? (one.directory ?? 'another directory') : undefined;
    return { ...showAuthenticator(one), isPreferred: one.id === preferred, ofOther };
  });
}

const isKept = (one: Authenticator): boolean => !showAuthenticator(one).isFixed;

const kindNames = { totp: 'TOTP', webauthn: 'passkey' } as const;

export const authenticatorHeadings = ['id', 'kind', 'name', 'since', 'last used', 'from', 'notes'];

/** A row for {@link authenticatorHeadings}. */
export function authenticatorRow(one: StaffView[number]): string[] {
  const { id, kind, name, createdAt, lastUsed } = one;
  const since = one.isFixed ? '' : tellSecond(createdAt);
  return [
    id,
    kindNames[kind],
    name,
    since,
    lastUsed === undefined ? 'never' : tellSecond(lastUsed.at),
    lastUsed?.address ?? '',
    notesOf(one),
  ];
}

function notesOf(one: StaffView[number]): string {
  const notes = [
    one.ofOther !== undefined && `counts for nothing: of somebody of ${one.ofOther}`,
    one.isPreferred && 'preferred',
    one.canVerifyUser && 'may come first',
    one.isSynced && 'synced',
    one.isShared && 'shared',
    one.isFixed && 'stands in the directory',
  ];
  return notes.filter(Boolean).join(', ');
}

/** One for scripts. No secret is in it. */
export function describeAuthenticator(one: StaffView[number]) {
  const { id, kind, name, createdAt, lastUsed, isPreferred, canVerifyUser, isShared, isSynced, isFixed, ofOther } = one;
  return {
    id,
    kind,
    name,
    since: isFixed ? null : isoTime(createdAt),
    lastUsed: lastUsed === undefined ? null : { at: isoTime(lastUsed.at), address: lastUsed.address },
    preferred: isPreferred,
    mayComeFirst: canVerifyUser,
    shared: isShared,
    synced: isSynced,
    inDirectory: isFixed,
    ofOtherDirectory: ofOther ?? null,
  };
}
