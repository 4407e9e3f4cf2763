import { computeOtp, type PersonAuthenticators, type ShownAuthenticator, type TotpAuthenticator } from '@gakumon/mfa';
import { type AuthenticatorId, GakumonError, type Username } from '@gakumon/terms';
import type { Idp } from '../idp.ts';
import { findPerson } from '../login/findPerson.ts';
import { type Chronicle, type Ending, noteAuthenticator } from '../session/history.ts';
import { requireRoom } from './enrolment.ts';
import { findDirectoryAuthenticator, showAuthenticator } from './listAuthenticators.ts';
import { nameAuthenticator } from './nameAuthenticator.ts';
import { requireOne } from './noteUse.ts';
import { ownRecord } from './ownRecord.ts';

/** A secret that somebody else made, such as one on a card. */
export type ImportedTotp = Pick<TotpAuthenticator, 'secret' | 'isShared'> & { readonly name: string };

/**
 * Puts a secret in that came with a card. For the code of staff: it asks for no proof, and no code confirms it. One that
 * the person has already is refused: each of its codes would be good twice, once under each id.
 * @param imported `secret` as `parseTotpSecret` reads it
 * @returns it, as its owner sees it
 * @throws GakumonError `person-not-found`, `authenticator-known`, `authenticator-limit`, `store-unavailable`
 */
export async function importTotp(
  idp: Pick<Idp, 'authenticators' | 'directories'> & Chronicle,
  username: Username,
  { secret, isShared, name }: ImportedTotp,
  ending: Ending,
): Promise<ShownAuthenticator> {
  const person = await findPerson(idp, username);
  if (person === undefined) throw new GakumonError('person-not-found', { detail: `no directory knows ${username}` });
  const fixed = await findDirectoryAuthenticator(idp, person);
  if (fixed?.kind === 'totp') refuseSame(secret, fixed);
  const id = idp.newId() as AuthenticatorId;
  const base = { kind: 'totp', id, createdAt: idp.clock(), lastUsed: undefined, drift: 0, origin: 'card' } as const;
  const record = await ownRecord(idp, person).change((now) => {
    requireRoom(now);
    for (const held of secretsIn(now)) refuseSame(secret, held);
    const added = { ...base, secret, isShared, name: nameAuthenticator(name, 'TOTP', now.authenticators) };
    return { ...now, authenticators: [...now.authenticators, added] };
  });
  const authenticator = requireOne(record, id);
  noteAuthenticator(idp, { kind: 'authenticator-added', username, authenticator }, ending);
  return showAuthenticator(authenticator);
}

type Held = { readonly id: AuthenticatorId; readonly secret: string };

/** Also one that is shown to the person now, and becomes an authenticator by its first code. */
const secretsIn = ({ authenticators, pendingTotps }: PersonAuthenticators): readonly Held[] => [
  ...authenticators.filter((one) => one.kind === 'totp'),
  ...pendingTotps,
];

/** Told apart by the codes that they make: a key has several spellings, and HMAC fills a short one up with zeros. */
function refuseSame(secret: string, { id, secret: held }: Held): void {
  const isSame = [1, 2, 3, 4].every((step) => computeOtp(secret, step) === computeOtp(held, step));
  if (isSame) throw new GakumonError('authenticator-known', { detail: `the secret is that of ${id}` });
}
