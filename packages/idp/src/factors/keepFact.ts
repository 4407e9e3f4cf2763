import type { AuthenticationFact, Authenticator, FactTrait } from '@gakumon/mfa';
import type { Person } from '@gakumon/terms';
import type { Idp } from '../idp.ts';
import { pendingLoginLifetime } from '../login/acceptPassword.ts';
import type { SsoAttempt, Visitor } from '../types.ts';

/** Something that a person proved with an authenticator of theirs. */
export type Proved = {
  readonly person: Pick<Person, 'username' | 'directory'>;
  readonly authenticator: Pick<Authenticator, 'id' | 'kind'>;
  readonly traits: readonly FactTrait[];
};

/** Keeps in the pending login of this attempt and browser what somebody proved. */
export async function keepFact(
  idp: Pick<Idp, 'pendingLogins' | 'clock'>,
  attempt: Pick<SsoAttempt, 'id'>,
  { browser, address }: Pick<Visitor, 'browser' | 'address'>,
  proved: Proved,
): Promise<void> {
  const expiresAt = idp.clock() + pendingLoginLifetime;
  const login = { attempt: attempt.id, browser, username: proved.person.username, expiresAt };
  await idp.pendingLogins.appendFact(login, factOf(idp, address, proved));
}

export function factOf(
  { clock }: Pick<Idp, 'clock'>,
  address: string,
  { person: { directory }, authenticator: { id, kind }, traits }: Proved,
): AuthenticationFact {
  return { authenticator: kind, at: clock(), address, passwordVersion: undefined, id, traits, directory };
}
