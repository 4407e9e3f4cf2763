import type { Authenticator, EnrollableKind, PersonAuthenticators, ShownAuthenticator } from '@gakumon/mfa';
import type { AuthenticatorId, Person } from '@gakumon/terms';
import type { Idp } from '../idp.ts';
import { ownRecord } from './ownRecord.ts';

/** What looking up somebody's authenticators takes. */
export type AuthenticatorSources = Pick<Idp, 'authenticators' | 'directories'>;

/** The name of the authenticator that stands in a directory (`totpSecret` of users.yaml); nobody's own has it. */
export const directoryAuthenticator = 'directory' as AuthenticatorId;

/**
 * The authenticators of a person in the order in which they are offered: the one that the person prefers, then the one
 * that was used last, then by kind as the policy says.
 * @throws GakumonError `store-unavailable`
 */
export async function listAuthenticators(
  idp: AuthenticatorSources & Pick<Idp, 'policy'>,
  person: Pick<Person, 'username' | 'directory'>,
): Promise<readonly Authenticator[]> {
  const [record, fixed] = await Promise.all([ownRecord(idp, person).find(), findDirectoryAuthenticator(idp, person)]);
  return sortByOffer(withFixed(record, fixed), record.preferred, idp.policy().offered);
}

/** Everything that a person has, that of the directory included. Pure. */
export function withFixed(
  { authenticators }: Pick<PersonAuthenticators, 'authenticators'>,
  fixed: Authenticator | undefined,
): readonly Authenticator[] {
  return fixed === undefined ? authenticators : [...authenticators, fixed];
}

/** The authenticator that a person's directory holds; undefined for nearly everybody. */
export async function findDirectoryAuthenticator(
  idp: Pick<Idp, 'directories'>,
  { username, directory: name }: Pick<Person, 'username' | 'directory'>,
): Promise<Authenticator | undefined> {
  const directory = idp.directories().find((one) => one.name === name);
  const secret = await directory?.totpSecretOf?.(username);
  if (secret === undefined) return undefined;
  return {
    kind: 'totp',
    id: directoryAuthenticator,
    name: 'TOTP',
    createdAt: 0,
    lastUsed: undefined,
    secret,
    origin: 'directory',
    isShared: false,
    drift: 0,
  };
}

/** The order of the offer. Pure. */
function sortByOffer(
  authenticators: readonly Authenticator[],
  preferred: AuthenticatorId | undefined,
  offered: readonly EnrollableKind[],
): readonly Authenticator[] {
  const rank = ({ kind }: Authenticator): number => (offered.includes(kind) ? offered.indexOf(kind) : offered.length);
  return authenticators.toSorted(
    (one, other) =>
      Number(other.id === preferred) - Number(one.id === preferred) ||
      (other.lastUsed?.at ?? 0) - (one.lastUsed?.at ?? 0) ||
      rank(one) - rank(other) ||
      one.createdAt - other.createdAt,
  );
}

/** An authenticator as its owner, or staff, may see it. */
export function showAuthenticator(authenticator: Authenticator): ShownAuthenticator {
  const { id, kind, name, createdAt, lastUsed } = authenticator;
  return {
    id,
    kind,
    name,
    createdAt,
    lastUsed,
    canVerifyUser: authenticator.kind === 'webauthn' && authenticator.canVerifyUser,
    isShared: authenticator.kind === 'totp' && authenticator.isShared,
    isSynced: authenticator.kind === 'webauthn' && authenticator.isBackedUp,
    isFixed: isFixed(authenticator),
  };
}

/** Whether it stands in a directory, where nobody can change it from here. */
export const isFixed = (authenticator: Authenticator): boolean =>
  authenticator.kind === 'totp' && authenticator.origin === 'directory';
