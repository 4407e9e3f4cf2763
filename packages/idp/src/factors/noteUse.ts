import type { Authenticator, PersonAuthenticators, TotpAuthenticator, WebauthnAuthenticator } from '@gakumon/mfa';
import { type AuthenticatorId, GakumonError } from '@gakumon/terms';
import type { Idp } from '../idp.ts';
import { ownRecord, type RecordOwner } from './ownRecord.ts';

/** The use of a security key or passkey, as its answer tells it. */
export type AssertedUse = Pick<WebauthnAuthenticator, 'counter' | 'isBackedUp'>;

/**
 * Notes that a code of an authenticator was accepted.
 * @returns it as it is now
 * @throws GakumonError `authenticator-not-found` when it was removed meanwhile: then it must not count either
 */
export async function noteOtpUse(
  idp: Pick<Idp, 'authenticators' | 'directories' | 'clock'>,
  owner: RecordOwner,
  used: { readonly id: AuthenticatorId; readonly drift: number; readonly address: string },
): Promise<TotpAuthenticator> {
  const lastUsed = { at: idp.clock(), address: used.address };
  const edit = (now: Authenticator) => ({ ...requireTotp(now), lastUsed, drift: used.drift });
  return requireTotp(requireOne(await changeOne(idp, owner, used.id, edit), used.id));
}

/**
 * Notes that an answer of a security key was accepted. Its counter (WebAuthn 6.1.1) is compared with the one of this very
 * moment: of two answers with the same one, by a key and its copy, one counts.
 * @throws GakumonError `passkey-unknown` when it was removed meanwhile; `passkey-wrong` when its counter did not grow
 */
export function noteAssertion(
  idp: Pick<Idp, 'authenticators' | 'directories' | 'clock'>,
  owner: RecordOwner,
  id: AuthenticatorId,
  { address, ...use }: AssertedUse & { readonly address: string },
): Promise<PersonAuthenticators> {
  const lastUsed = { at: idp.clock(), address };
  return ownRecord(idp, owner).change((record) => {
    const now = record.authenticators.find((one) => one.id === id);
    if (now?.kind !== 'webauthn') throw new GakumonError('passkey-unknown');
    requireGrown(now.counter, use.counter);
    return replaceOne(record, { ...now, ...use, lastUsed });
  });
}

/**
 * Changes one authenticator where it still is; one that was removed does not come back.
 * @throws GakumonError `authenticator-not-found`
 */
export function changeOne(
  idp: Pick<Idp, 'authenticators' | 'directories'>,
  owner: RecordOwner,
  id: AuthenticatorId,
  edit: (now: Authenticator, record: PersonAuthenticators) => Authenticator,
): Promise<PersonAuthenticators> {
  return ownRecord(idp, owner).change((record) => replaceOne(record, edit(requireOne(record, id), record)));
}

/** @throws GakumonError `authenticator-not-found` */
export function requireOne({ authenticators }: PersonAuthenticators, id: AuthenticatorId): Authenticator {
  const found = authenticators.find((one) => one.id === id);
  if (found === undefined) throw new GakumonError('authenticator-not-found');
  return found;
}

/** @throws GakumonError `authenticator-not-found` for one that has no secret */
export function requireTotp(one: Authenticator): TotpAuthenticator {
  if (one.kind !== 'totp') throw new GakumonError('authenticator-not-found', { detail: 'it makes no codes' });
  return one;
}

function replaceOne(record: PersonAuthenticators, next: Authenticator): PersonAuthenticators {
  return { ...record, authenticators: record.authenticators.map((one) => (one.id === next.id ? next : one)) };
}

/** Many keys do not count, and always tell zero. */
function requireGrown(before: number, told: number): void {
  if (before === 0 && told === 0) return;
  if (told <= before) throw new GakumonError('passkey-wrong', { detail: `counter ${told} after ${before}` });
}
