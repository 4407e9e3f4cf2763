import { createHash } from 'node:crypto';
import { openAtRest, type SealingKeys, sealAtRest } from '@gakumon/idp';
import { type AuthenticatorRecords, noAuthenticators, type PersonAuthenticators } from '@gakumon/mfa';
import type { SealedRecords } from '@gakumon/stores';
import { GakumonError, type Username } from '@gakumon/terms';

const personKind = 'authenticators';
const credentialKind = 'credential';
/** Against so many other writers one may lose in a row. */
const mostTries = 10;

/** The authenticators of each person as one sealed record, and whose each credential is as another (law 8). */
export function createSealedAuthenticators(sealed: SealedRecords, keys: SealingKeys): AuthenticatorRecords {
  const read = async (username: Username) => {
    const record = await sealed.find(personKind, username);
    return {
      revision: record?.revision,
      now: record === undefined ? noAuthenticators : parse(openAtRest(keys, record)),
    };
  };

  async function change(
    username: Username,
    edit: (now: PersonAuthenticators) => PersonAuthenticators,
  ): Promise<PersonAuthenticators> {
    for (let tries = 0; tries < mostTries; tries += 1) {
      const { revision, now } = await read(username);
      const next = edit(now);
      // Before the record that names it: one that nobody has opens nothing
      for (const id of credentialsOf(next)) await claim(id, username);
      const record = sealAtRest(keys, personKind, username, Buffer.from(JSON.stringify(next), 'utf8'));
      if (!(await sealed.replace(record, revision))) continue;
      const kept = credentialsOf(next);
      for (const id of credentialsOf(now)) if (!kept.includes(id)) await sealed.remove(credentialKind, nameOf(id));
      return next;
    }
    throw new GakumonError('store-unavailable', {
      detail: `the authenticators of ${username} are changed all the time`,
    });
  }

  async function claim(credentialId: string, username: Username): Promise<void> {
    const name = nameOf(credentialId);
    const there = await sealed.find(credentialKind, name);
    if (there !== undefined && openAtRest(keys, there).toString('utf8') === username) return;
    await sealed.replace(sealAtRest(keys, credentialKind, name, Buffer.from(username, 'utf8')), there?.revision);
  }

  return {
    find: async (username) => (await read(username)).now,
    change,
    ownerOfCredential: async (credentialId) => {
      const record = await sealed.find(credentialKind, nameOf(credentialId));
      return record && (openAtRest(keys, record).toString('utf8') as Username);
    },
  };
}

const nameOf = (credentialId: string): string => createHash('sha256').update(credentialId).digest('base64url');

function credentialsOf({ authenticators }: PersonAuthenticators): readonly string[] {
  return authenticators.flatMap((one) => (one.kind === 'webauthn' ? [one.credentialId] : []));
}

/** The seal proves that we wrote it, in this format. */
function parse(octets: Buffer): PersonAuthenticators {
  return { ...noAuthenticators, ...(JSON.parse(octets.toString('utf8')) as PersonAuthenticators) };
}
