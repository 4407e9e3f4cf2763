import { createHash } from 'node:crypto';
import { openAtRest, type SealingKeys, sealAtRest } from '@gakumon/idp';
import type { SealedRecords } from '@gakumon/stores';
import { GakumonError, type Username } from '@gakumon/terms';

const kind = 'credential';
/** Against so many other writers one may lose in a row. */
const mostTries = 20;

/** Whose each WebAuthn credential is, as sealed records: what a passkey that comes first is looked up by. */
export type CredentialOwners = {
  /** @throws GakumonError `secret-unopenable` */
  find(credentialId: string): Promise<Username | undefined>;
  /**
   * Makes somebody the owner, unless another person has it (WebAuthn 7.1: no credential is registered twice).
   * @throws GakumonError `passkey-wrong` when another person has it, `secret-unopenable`
   */
  claim(credentialId: string, username: Username): Promise<void>;
  /**
   * Confirms a claim, once the person's record names the credential: whoever is about to take over a claim without a record
   * then has to look again.
   * @returns false when somebody else took it over in between: then the record must not name it
   */
  confirm(credentialId: string, username: Username): Promise<boolean>;
  /** Ends a claim, unless the person has it again. */
  release(credentialId: string, username: Username): Promise<void>;
};

/** @param hasCredential whether the person has it now; one that was removed may have left its claim behind */
export function createCredentialOwners(
  sealed: SealedRecords,
  keys: SealingKeys,
  hasCredential: (username: Username, credentialId: string) => Promise<boolean>,
): CredentialOwners {
  const read = async (credentialId: string) => {
    const record = await sealed.find(kind, nameOf(credentialId));
    return record && { revision: record.revision, owner: openAtRest(keys, record).toString('utf8') as Username };
  };
  const write = (credentialId: string, username: Username, seen: string | undefined): Promise<boolean> =>
    sealed.replace(sealAtRest(keys, kind, nameOf(credentialId), Buffer.from(username, 'utf8')), seen);

  const claimedAllTheTime = () =>
    new GakumonError('store-unavailable', { detail: 'others claim one credential all the time' });

  async function confirm(credentialId: string, username: Username): Promise<boolean> {
    for (let tries = 0; tries < mostTries; tries += 1) {
      const there = await read(credentialId);
      if (there !== undefined && there.owner !== username) return false;
      // Written even where it says so already: who has seen it as it was takes nothing over any more
      if (await write(credentialId, username, there?.revision)) return true;
    }
    throw claimedAllTheTime();
  }

  return {
    find: async (credentialId) => (await read(credentialId))?.owner,
    async claim(credentialId, username) {
      for (let tries = 0; tries < mostTries; tries += 1) {
        const there = await read(credentialId);
        if (there?.owner === username) return;
        if (there !== undefined && (await hasCredential(there.owner, credentialId))) {
          throw new GakumonError('passkey-wrong', { detail: `the credential is registered for ${there.owner}` });
        }
        if (await write(credentialId, username, there?.revision)) return;
      }
      throw claimedAllTheTime();
    },
    confirm,
    async release(credentialId, username) {
      if ((await read(credentialId))?.owner !== username) return;
      await sealed.remove(kind, nameOf(credentialId));
      if (await hasCredential(username, credentialId)) await confirm(credentialId, username);
    },
  };
}

/** Of one length, whatever an authenticator makes up. */
const nameOf = (credentialId: string): string => createHash('sha256').update(credentialId).digest('base64url');
