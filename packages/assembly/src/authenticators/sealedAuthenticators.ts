import { openAtRest, type SealingKeys, sealAtRest } from '@gakumon/idp';
import { type AuthenticatorRecords, noAuthenticators, type PendingTotp, type PersonAuthenticators } from '@gakumon/mfa';
import type { SealedRecords } from '@gakumon/stores';
import { GakumonError, type Username } from '@gakumon/terms';
import { createCredentialOwners } from './credentialOwners.ts';

/** Of the sealed records; each is named by the person. */
export const authenticatorsKind = 'authenticators';
const formatVersion = 1;
/** Against so many other writers one may lose in a row. */
const mostTries = 20;

type Edit = (now: PersonAuthenticators) => PersonAuthenticators;

/**
 * The authenticators of each person as one sealed record, and whose each credential is as another (law 8). A record that
 * does not open is `secret-unopenable`, and one of a newer release `records-newer`: never "has none", which would let
 * somebody in without a factor, or enrol a first one.
 */
export function createSealedAuthenticators(sealed: SealedRecords, keys: SealingKeys): AuthenticatorRecords {
  const read = async (username: Username) => {
    const record = await sealed.find(authenticatorsKind, username);
    const now = record === undefined ? noAuthenticators : decode(username, openAtRest(keys, record));
    return { revision: record?.revision, now };
  };
  const find = async (username: Username): Promise<PersonAuthenticators> => (await read(username)).now;
  const hasCredential = async (username: Username, credentialId: string): Promise<boolean> =>
    credentialsOf(await find(username)).includes(credentialId);
  const owners = createCredentialOwners(sealed, keys, hasCredential);

  async function change(username: Username, edit: Edit): Promise<PersonAuthenticators> {
    for (let tries = 0; tries < mostTries; tries += 1) {
      const { revision, now } = await read(username);
      const next = edit(now);
      const [before, after] = [credentialsOf(now), credentialsOf(next)];
      const added = after.filter((id) => !before.includes(id));
      // Before the record that names it: one that nobody has opens nothing
      for (const id of added) await owners.claim(id, username);
      if (!(await sealed.replace(sealAtRest(keys, authenticatorsKind, username, encode(next)), revision))) continue;
      for (const id of before.filter((one) => !after.includes(one))) await owners.release(id, username);
      await confirmAll(username, added);
      return next;
    }
    throw new GakumonError('store-unavailable', {
      detail: `others change the authenticators of ${username} all the time`,
    });
  }

  /** Of several people who register one credential at once, one keeps it (WebAuthn 7.1: no credential is registered twice). */
  async function confirmAll(username: Username, added: readonly string[]): Promise<void> {
    const lost: string[] = [];
    for (const id of added) if (!(await owners.confirm(id, username))) lost.push(id);
    if (lost.length === 0) return;
    await change(username, (now) => without(now, lost));
    throw new GakumonError('passkey-wrong', { detail: 'somebody else registers the credential at this moment' });
  }

  return { find, change, ownerOfCredential: owners.find };
}

function credentialsOf({ authenticators }: PersonAuthenticators): readonly string[] {
  return authenticators.flatMap((one) => (one.kind === 'webauthn' ? [one.credentialId] : []));
}

function without(record: PersonAuthenticators, lost: readonly string[]): PersonAuthenticators {
  const { authenticators } = record;
  const kept = authenticators.filter((one) => one.kind !== 'webauthn' || !lost.includes(one.credentialId));
  return { ...record, authenticators: kept };
}

function encode(authenticators: PersonAuthenticators): Buffer {
  return Buffer.from(JSON.stringify({ version: formatVersion, ...authenticators }), 'utf8');
}

/** The release before this one kept a single pending secret, and while both run leaves the list as it is. */
type Kept = Partial<PersonAuthenticators> & { readonly version: number; readonly pendingTotp?: PendingTotp };

/** The seal proves that one of us wrote it; only which release is not certain. */
function decode(username: Username, octets: Buffer): PersonAuthenticators {
  const { version, pendingTotp, ...kept } = JSON.parse(octets.toString('utf8')) as Kept;
  if (version !== formatVersion) {
    throw new GakumonError('records-newer', { detail: `the authenticators of ${username} have form ${version}` });
  }
  const { pendingTotps = [] } = kept;
  const isListed = pendingTotps.some(({ id }) => id === pendingTotp?.id);
  const ofBefore = pendingTotp === undefined || isListed ? [] : [pendingTotp];
  return { ...noAuthenticators, ...kept, pendingTotps: [...ofBefore, ...pendingTotps] };
}
