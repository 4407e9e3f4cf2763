import type { AuthenticatorId, Username } from '@gakumon/terms';
import { portalPath } from '../../door.ts';

export const authenticatorsPath = `${portalPath}/authenticators`;

/** Asks for a fresh proof, and nothing else. */
export const provePath = `${authenticatorsPath}/prove`;

/** What can be done with authenticators; each is the last part of an address of ours. */
export type AuthenticatorsDeed = 'totp' | 'passkey' | 'rename' | 'prefer' | 'remove' | 'export' | 'test';

/** @param authenticator which one it is about; undefined for a new one */
export function addressOf(deed: AuthenticatorsDeed, authenticator?: AuthenticatorId): string {
  const about = authenticator === undefined ? '' : `?${new URLSearchParams({ authenticator })}`;
  return `${authenticatorsPath}/${deed}${about}`;
}

/** What a CSRF token is bound to: the deed, whose authenticators they are, and which one. */
export const deedPurpose = (deed: AuthenticatorsDeed, username: Username, about: string): string =>
  `portal authenticators ${deed} ${about} ${username}`;
